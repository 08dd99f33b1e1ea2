//! Generates the client from the spec where the feature `codegen` asks for it; without the
//! feature there is nothing to do, and nothing but this file to compile.

#[cfg(not(feature = "codegen"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}

#[cfg(feature = "codegen")]
fn main() -> std::process::ExitCode {
    match codegen::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(problems) => {
            for problem in problems {
                // Cargo shows these lines by themselves, without the rest of the output.
                println!("cargo::error={}", problem.replace('\n', " "));
            }
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "codegen")]
mod codegen {
    use std::{env, fs, io::ErrorKind, path::Path};

    use drs_api_gen::{CLIENTS, ClientModule, Document, GeneratedFile, lint, module_file};

    /// Generates every client, or says what is in the way.
    pub(crate) fn run() -> Result<(), Vec<String>> {
        println!("cargo::rerun-if-changed=build.rs");
        let out = env::var("OUT_DIR").map_err(|e| vec![format!("OUT_DIR: {e}")])?;
        let out = Path::new(&out).join("generated");
        write(&out, module_file())?;
        for client in CLIENTS {
            for file in files(client)? {
                write(&out, file)?;
            }
        }
        Ok(())
    }

    /// What one client consists of.
    fn files(client: &ClientModule) -> Result<Vec<GeneratedFile>, Vec<String>> {
        let spec = client.document;
        let path = Path::new("..").join(spec);
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path).map_err(|e| match e.kind() {
            ErrorKind::NotFound => vec![format!(
                "the feature `codegen` is for checkouts of the repository, where {spec} is \
                 beside this package; here it is not"
            )],
            _ => vec![format!("{spec}: {e}")],
        })?;
        let of_spec = |e: drs_api_gen::Error| vec![format!("{spec}: {e}")];
        let document = Document::parse(&text).map_err(of_spec)?;
        let findings = lint(&document);
        if !findings.is_empty() {
            return Err(findings.iter().map(|f| format!("{spec}:{f}")).collect());
        }
        client.files(&document).map_err(of_spec)
    }

    fn write(folder: &Path, file: GeneratedFile) -> Result<(), Vec<String>> {
        let target = folder.join(file.path);
        let written = match target.parent() {
            Some(parent) => fs::create_dir_all(parent),
            None => Ok(()),
        };
        let written = written.and_then(|()| fs::write(&target, file.text));
        written.map_err(|e| vec![format!("{}: {e}", target.display())])
    }
}

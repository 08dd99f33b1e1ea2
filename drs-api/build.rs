//! Generates the client from the spec if the feature `codegen` is on and the spec exists, and then
//! sets `drs_generated`. Otherwise, it does nothing, and only this file is compiled.

#[cfg(not(feature = "codegen"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(drs_generated)");
}

#[cfg(feature = "codegen")]
fn main() -> std::process::ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(drs_generated)");
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
    use std::{
        env, fs,
        path::{Path, PathBuf},
    };

    use drs_api_gen::{CLIENTS, ClientModule, Document, GeneratedFile, lint, module_file};

    /// Generates every client, or returns what went wrong. Without any document, as in a package
    /// from a registry, the build uses the checked-in client.
    pub(crate) fn run() -> Result<(), Vec<String>> {
        if !CLIENTS.iter().any(|client| path(client).exists()) {
            println!(
                "cargo::warning=the feature `codegen` is for checkouts of the repository, with \
                 openapi/ next to the package; building the checked-in client"
            );
            return Ok(());
        }
        let out = env::var("OUT_DIR").map_err(|e| vec![format!("OUT_DIR: {e}")])?;
        let out = Path::new(&out).join("generated");
        write(&out, module_file())?;
        for client in CLIENTS {
            for file in files(client)? {
                write(&out, file)?;
            }
        }
        println!("cargo::rustc-cfg=drs_generated");
        Ok(())
    }

    /// Where the document of a client is.
    fn path(client: &ClientModule) -> PathBuf {
        Path::new("..").join(client.document)
    }

    /// The parts of one client.
    fn files(client: &ClientModule) -> Result<Vec<GeneratedFile>, Vec<String>> {
        let spec = client.document;
        let path = path(client);
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read(&path).map_err(|e| vec![format!("{spec}: {e}")])?;
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

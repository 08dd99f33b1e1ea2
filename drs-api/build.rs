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

    use drs_api_gen::{Document, Settings, generate, lint};

    /// The spec, relative to the repository.
    const SPEC: &str = "openapi/drs-v3.yaml";

    /// Generates, or says what is in the way.
    pub(crate) fn run() -> Result<(), Vec<String>> {
        let spec = Path::new("..").join(SPEC);
        println!("cargo::rerun-if-changed=build.rs");
        println!("cargo::rerun-if-changed={}", spec.display());
        let text = fs::read_to_string(&spec).map_err(|e| match e.kind() {
            ErrorKind::NotFound => vec![format!(
                "the feature `codegen` is for checkouts of the repository, where {SPEC} is \
                 beside this package; here it is not"
            )],
            _ => vec![format!("{SPEC}: {e}")],
        })?;
        let of_spec = |e: drs_api_gen::Error| vec![format!("{SPEC}: {e}")];
        let document = Document::parse(&text).map_err(of_spec)?;
        let findings = lint(&document);
        if !findings.is_empty() {
            return Err(findings.iter().map(|f| format!("{SPEC}:{f}")).collect());
        }
        let generated = generate(&document, &Settings::new(SPEC)).map_err(of_spec)?;
        let out = env::var("OUT_DIR").map_err(|e| vec![format!("OUT_DIR: {e}")])?;
        let target = Path::new(&out).join("generated.rs");
        fs::write(&target, generated).map_err(|e| vec![format!("{}: {e}", target.display())])
    }
}

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
        Err(problem) => {
            // Cargo shows this line by itself, without the rest of the script's output.
            println!("cargo::error={}", problem.replace('\n', " "));
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "codegen")]
mod codegen {
    use std::{env, fs, io::ErrorKind, path::Path};

    use drs_api_gen::{Document, Settings, generate};

    /// The spec, relative to the repository.
    const SPEC: &str = "openapi/drs-v3.yaml";

    pub(crate) fn run() -> Result<(), String> {
        let out = env::var("OUT_DIR").map_err(|e| format!("OUT_DIR: {e}"))?;
        let spec = Path::new("..").join(SPEC);
        println!("cargo::rerun-if-changed=build.rs");
        println!("cargo::rerun-if-changed={}", spec.display());
        let text = fs::read_to_string(&spec).map_err(|e| match e.kind() {
            ErrorKind::NotFound => format!(
                "the feature `codegen` is for checkouts of the repository, where {SPEC} is \
                 beside this package; here it is not"
            ),
            _ => format!("{SPEC}: {e}"),
        })?;
        let of_spec = |e: drs_api_gen::Error| format!("{SPEC}: {e}");
        let document = Document::parse(&text).map_err(of_spec)?;
        let generated = generate(&document, &Settings::new(SPEC)).map_err(of_spec)?;
        let target = Path::new(&out).join("generated.rs");
        fs::write(&target, generated).map_err(|e| format!("{}: {e}", target.display()))
    }
}

//! Generates a client from each document in `second/`, into a folder of the document's name, and
//! from the spec what the tests need of each of its operations and types.

#[path = "build/by_the_spec.rs"]
mod by_the_spec;

use std::{env, error::Error, fs, path::Path};

use drs_api_gen::{Document, Generated, Settings, generate, lint};

const SPEC: &str = "../openapi/drs-v3.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    let out = env::var("OUT_DIR")?;
    println!("cargo::rerun-if-changed=second");
    println!("cargo::rerun-if-changed={SPEC}");
    let spec = Document::parse(&fs::read_to_string(SPEC)?)?;
    let out = Path::new(&out);
    fs::write(out.join("calls.rs"), by_the_spec::calls(spec.value()))?;
    fs::write(out.join("types.rs"), by_the_spec::types(spec.value()))?;
    for entry in fs::read_dir("second")? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|n| n.to_str()).ok_or("no name")?;
        let document = Document::parse(&fs::read_to_string(&path)?)?;
        if let Some(finding) = lint(&document).first() {
            return Err(format!("{}:{finding}", path.display()).into());
        }
        let mut settings = Settings::new(format!("tests/second/{name}.yaml"));
        settings.module = format!("crate::{name}");
        let Generated { client, types } = generate(&document, &settings)?;
        let folder = out.join(name);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("mod.rs"), client)?;
        fs::write(folder.join("types.rs"), types)?;
    }
    Ok(())
}

//! Generates a client from each document in `second/`, into a folder of the document's name.

use std::{env, error::Error, fs, path::Path};

use drs_api_gen::{Document, Generated, Settings, generate, lint};

fn main() -> Result<(), Box<dyn Error>> {
    let out = env::var("OUT_DIR")?;
    println!("cargo::rerun-if-changed=second");
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
        let folder = Path::new(&out).join(name);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("mod.rs"), client)?;
        fs::write(folder.join("types.rs"), types)?;
    }
    Ok(())
}

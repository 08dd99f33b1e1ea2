//! Reads the headers of answers that the document describes: a function for each, in the module
//! `headers`. progenitor hands out all headers and knows none of them.

use std::collections::BTreeMap;

use proc_macro2::Span;
use quote::quote;
use syn::{File, Ident, Path, parse_quote};

use super::output::path;
use crate::{
    Document, Error, Settings, names,
    spec::{dialect::Kind, node::Node, tree::Tree},
};

const PASS: &str = "headers";

pub(crate) fn run(file: &mut File, document: &Document, settings: &Settings) -> Result<(), Error> {
    let secret = path(PASS, &settings.secret)?;
    let tree = Tree::new(document);
    let mut functions = BTreeMap::new();
    for response in tree.of(Kind::Response) {
        for (name, _) in response.entries("headers") {
            let header = tree.get(&response.at(&["headers", name]));
            let Some(header) = header.and_then(|header| tree.resolve(header)) else {
                continue;
            };
            let schema = tree.below_key(header, &["schema"]);
            let is_secret = schema.and_then(|schema| schema.text("format")) == Some("password");
            let ty = match is_secret {
                true => secret.clone(),
                false => parse_quote!(::std::string::String),
            };
            functions.insert(name.to_ascii_lowercase(), function(name, header, &ty));
        }
    }
    if functions.is_empty() {
        return Ok(());
    }
    let functions = functions.values();
    file.items.push(parse_quote! {
        /// Headers of answers.
        #[allow(dead_code)]
        pub mod headers {
            #(#functions)*
        }
    });
    Ok(())
}

fn function(name: &str, header: &Node<'_>, ty: &Path) -> proc_macro2::TokenStream {
    let function = Ident::new(&names::snake(name), Span::call_site());
    let name = name.to_ascii_lowercase();
    let docs = match header.text("description") {
        Some(description) => format!(" {description}"),
        None => format!(" `{name}`"),
    };
    quote! {
        #[doc = #docs]
        pub fn #function(headers: &::reqwest::header::HeaderMap) -> Option<#ty> {
            headers.get(#name)?.to_str().ok().map(<#ty>::from)
        }
    }
}

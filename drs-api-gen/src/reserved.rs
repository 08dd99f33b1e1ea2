//! The names that an operation can't have, since the generated code has a meaning for them:
//! read from what progenitor writes for a client of one operation.

use std::{collections::BTreeSet, sync::OnceLock};

use openapiv3::OpenAPI;
use proc_macro2::{TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::ToTokens;
use serde_json::json;
use syn::{
    Expr, ExprMethodCall, ImplItemFn, ItemImpl,
    visit::{self, Visit},
};

use crate::names;

/// An id that no one has.
const ID: &str = "OneOfOurOwn";

/// What the crate around the generated code adds to the client.
const OURS: [&str; 1] = ["builder"];

/// Which of the two names that an operation gives is taken: that of its method, or that of its
/// builder. Empty sets never refuse; the passes fail loudly over what they don't expect.
pub(crate) fn taken<'n>(method: &'n str, builder: &'n str) -> Option<&'n str> {
    static NAMES: OnceLock<Names> = OnceLock::new();
    let names = NAMES.get_or_init(Names::read);
    if names.methods.contains(method) {
        Some(method)
    } else {
        names.types.contains(builder).then_some(builder)
    }
}

/// The names in progenitor's output.
#[derive(Default)]
struct Names {
    /// Functions of the client, and what is called on it.
    methods: BTreeSet<String>,
    /// Types, traits and variants.
    types: BTreeSet<String>,
}

impl Names {
    fn read() -> Self {
        let mut names = Self::default();
        let settings = || {
            let mut settings = GenerationSettings::new();
            settings
                .with_interface(InterfaceStyle::Builder)
                .with_hooks(HooksMode::Expected)
                .with_inner_type("Inner".parse().ok()?);
            Some(settings)
        };
        let spec: Option<OpenAPI> = serde_json::from_value(document()).ok();
        let tokens = settings()
            .zip(spec)
            .and_then(|(settings, spec)| Generator::new(&settings).generate_tokens(&spec).ok());
        if let Some(tokens) = tokens {
            types(tokens.clone(), &mut names.types);
            if let Ok(file) = syn::parse2::<syn::File>(tokens) {
                names.visit_file(&file);
            }
        }
        names.methods.remove(&names::snake(ID));
        names.methods.extend(OURS.map(str::to_owned));
        names
    }
}

/// One operation that has all that an operation can have.
fn document() -> serde_json::Value {
    let body = format!("{ID}Body");
    let reference = json!({ "$ref": format!("#/components/schemas/{body}") });
    let content = json!({ "application/json": { "schema": reference } });
    let text = json!({ "type": "string" });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "1.0.0" },
        "paths": { "/{one}": { "put": {
            "operationId": ID,
            "parameters": [
                { "name": "one", "in": "path", "required": true, "schema": text },
                { "name": "two", "in": "query", "schema": text },
                { "name": "three", "in": "header", "schema": text },
            ],
            "requestBody": { "required": true, "content": content },
            "responses": {
                "200": { "description": "", "content": content },
                "400": { "description": "", "content": content },
            },
        } } },
        "components": { "schemas": { body: {
            "type": "object",
            "properties": { "one": text, "two": { "type": "array", "items": text } },
        } } },
    })
}

/// The identifiers that a type can have, attributes included.
fn types(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => types(group.stream(), found),
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                if name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.starts_with(ID) {
                    found.insert(name);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if item
            .self_ty
            .to_token_stream()
            .to_string()
            .ends_with("Client")
        {
            let functions = item.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(ImplItemFn { sig, .. }) => Some(sig.ident.to_string()),
                _ => None,
            });
            self.methods.extend(functions);
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        // `client.exec(…)`, also behind an underscore where an argument has the name.
        if let Expr::Path(receiver) = &*call.receiver
            && receiver.path.is_ident("client")
        {
            self.methods.insert(call.method.to_string());
        }
        visit::visit_expr_method_call(self, call);
    }
}

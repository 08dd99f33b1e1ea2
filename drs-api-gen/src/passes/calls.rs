//! Leads each call through the crate's own functions, five of them:
//!
//! - `for_call` gives the call a client value of its own.
//! - `check_path` sees the URL before it is parsed: afterwards an argument of `..` has
//!   already changed the path.
//! - `project` is told the project of a call whose path has one: a request that is signed
//!   names it in a header too, and to find it in the path again would be a guess.
//! - `request_body` writes the body. progenitor's `.json(&body)` grows a buffer by
//!   reallocation and leaves what it held, passwords included, in freed memory.
//! - `decode` reads a documented answer. progenitor's own reader loses the status and the
//!   headers of an answer that it can't decode.

use openapiv3::{OpenAPI, StatusCode};
use quote::ToTokens;
use syn::{
    Block, Expr, ExprMethodCall, File, ImplItem, Pat, Path, Stmt, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::{failed, inherent_impls, module};
use crate::{Error, Settings, names};

const PASS: &str = "calls";
/// The argument that names the project.
const PROJECT: &str = "project_id";

pub(crate) fn run(file: &mut File, spec: &OpenAPI, settings: &Settings) -> Result<(), Error> {
    let for_call = path(&settings.for_call)?;
    let check_path = path(&settings.check_path)?;
    let project = path(&settings.project)?;
    let mut calls = Calls {
        request_body: path(&settings.request_body)?,
        bodies: 0,
        decode: path(&settings.decode)?,
        decoded: 0,
    };
    let (mut sends, mut projects) = (0, 0);
    for (name, block) in inherent_impls(module(PASS, &mut file.items, &["builder"])?) {
        for item in &mut block.items {
            let ImplItem::Fn(function) = item else {
                continue;
            };
            if function.sig.ident == "new" {
                // A builder is had from the client's method.
                function.vis = parse_quote!(pub(super));
            } else if function.sig.ident == "send" {
                insert_after(
                    &mut function.block,
                    &name,
                    "Self { client",
                    &parse_quote! {
                        let client = &#for_call(client);
                    },
                )?;
                insert_after(
                    &mut function.block,
                    &name,
                    "url",
                    &parse_quote! {
                        #check_path(&url)?;
                    },
                )?;
                if statements(&function.block, PROJECT).next().is_some() {
                    insert_after(
                        &mut function.block,
                        &name,
                        PROJECT,
                        &parse_quote! {
                            #project(client, &project_id);
                        },
                    )?;
                    projects += 1;
                }
                calls.visit_block_mut(&mut function.block);
                sends += 1;
            }
        }
    }
    let operations = || names::operations(spec).map(|(_, operation)| operation);
    let bodies = operations().filter(|o| o.request_body.is_some()).count();
    expect("`send` methods", sends, operations().count())?;
    expect(
        "`let project_id`, one for each path with a project",
        projects,
        spec.operations()
            .filter(|(path, _, _)| path.contains("{project_id}"))
            .count(),
    )?;
    expect(
        "`.json(&body)` calls, one for each application/json request body",
        calls.bodies,
        bodies,
    )?;
    expect(
        "`ResponseValue::from_response` calls, one for each answer with a body",
        calls.decoded,
        operations().map(|o| typed_answers(spec, o)).sum(),
    )
}

fn typed_answers(spec: &OpenAPI, operation: &openapiv3::Operation) -> usize {
    let responses = &operation.responses;
    let of_codes = responses.responses.iter().filter(|(code, response)| {
        // A range is left to progenitor as much as a code is.
        matches!(code, StatusCode::Code(_) | StatusCode::Range(_)) && has_body(spec, response)
    });
    of_codes.count() + usize::from(responses.default.iter().any(|r| has_body(spec, r)))
}

fn has_body(spec: &OpenAPI, response: &openapiv3::ReferenceOr<openapiv3::Response>) -> bool {
    let response = match response {
        openapiv3::ReferenceOr::Item(response) => Some(response),
        openapiv3::ReferenceOr::Reference { reference } => reference
            .strip_prefix("#/components/responses/")
            .and_then(|name| spec.components.as_ref()?.responses.get(name)?.as_item()),
    };
    response.is_some_and(|response| !response.content.is_empty())
}

fn path(setting: &str) -> Result<Path, Error> {
    syn::parse_str(setting)
        .map_err(|e| failed(PASS, format!("the setting `{setting}` is not a path: {e}")))
}

fn expect(what: &str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected {
        Ok(())
    } else {
        Err(failed(
            PASS,
            format!("expected {expected} {what}, found {found}"),
        ))
    }
}

/// Inserts a statement after the only `let` whose pattern begins with `pattern`.
fn insert_after(block: &mut Block, name: &str, pattern: &str, new: &Stmt) -> Result<(), Error> {
    let places: Vec<usize> = statements(block, pattern).collect();
    match places.as_slice() {
        [index] => {
            block.stmts.insert(index + 1, new.clone());
            Ok(())
        }
        _ => Err(failed(
            PASS,
            format!(
                "expected one `let {pattern}…` in `builder::{name}::send`, found {}",
                places.len()
            ),
        )),
    }
}

/// Where there is a `let` whose pattern begins with `pattern`.
fn statements<'a>(block: &'a Block, pattern: &'a str) -> impl Iterator<Item = usize> + 'a {
    let statements = block.stmts.iter().enumerate();
    statements.filter_map(move |(index, statement)| match statement {
        Stmt::Local(local) if begins_with(&local.pat, pattern) => Some(index),
        _ => None,
    })
}

fn begins_with(pattern: &Pat, text: &str) -> bool {
    pattern.to_token_stream().to_string().starts_with(text)
}

struct Calls {
    request_body: Path,
    bodies: usize,
    decode: Path,
    decoded: usize,
}

impl VisitMut for Calls {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::MethodCall(ExprMethodCall {
                receiver,
                method,
                args,
                ..
            }) if method == "json" && args.to_token_stream().to_string() == "& body" => {
                let writer = &self.request_body;
                *expr = parse_quote! {
                    #receiver
                        .header(
                            ::reqwest::header::CONTENT_TYPE,
                            ::reqwest::header::HeaderValue::from_static("application/json"),
                        )
                        .body(#writer(client, &body)?)
                };
                self.bodies += 1;
            }
            Expr::Call(call)
                if call.func.to_token_stream().to_string() == "ResponseValue :: from_response" =>
            {
                let decode = &self.decode;
                *call.func = parse_quote!(#decode);
                self.decoded += 1;
            }
            _ => {}
        }
    }
}

//! Leads each call through the crate's own functions, six of them:
//!
//! - `for_call` gives the call a client value of its own. This and the others see the client's
//!   `inner` value alone, so that they serve any client.
//! - `url` sees the URL before it is parsed, since afterwards an argument of `..` has already
//!   changed the path, and parses it.
//! - `project` is told the project of a call whose path names one: a request that is signed
//!   names it in a header too, and to find it in the path again would be a guess.
//! - `request_body` writes the body. progenitor's `.json(&body)` grows a buffer by
//!   reallocation and leaves what it held, passwords included, in freed memory.
//! - `decode` reads a documented answer. progenitor's own reader loses the status and the
//!   headers of an answer that it can't decode.
//! - `text` reads a documented answer that is a text. progenitor gives a stream instead.

use openapiv3::{OpenAPI, StatusCode};
use proc_macro2::Span;
use quote::ToTokens;
use syn::{
    Block, Expr, ExprMethodCall, File, Ident, ImplItem, Local, Pat, Path, Stmt, Type, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::output::{failed, inherent_impls, module};
use crate::{
    Document, Error, Settings, names,
    spec::{
        keys::{JSON, PROJECT, TEXT},
        tree::Tree,
    },
};

const PASS: &str = "calls";

/// What progenitor gives of an answer that is a text.
const STREAM: &str = "ResponseValue :: stream (response)";

pub(crate) fn run(
    file: &mut File,
    document: &Document,
    spec: &OpenAPI,
    settings: &Settings,
) -> Result<(), Error> {
    let glue: Path = syn::parse_str(&settings.glue).map_err(|e| {
        let setting = &settings.glue;
        failed(PASS, format!("the setting `{setting}` is not a path: {e}"))
    })?;
    let parameter = project_parameter(spec);
    let argument = parameter.map(|name| Ident::new(&names::snake(name), Span::call_site()));
    let secret: Type = syn::parse_str(&settings.secret).map_err(|e| {
        let setting = &settings.secret;
        failed(PASS, format!("the setting `{setting}` is not a type: {e}"))
    })?;
    let texts = text_answers(document);
    let mut calls = Calls {
        client: None,
        glue: glue.clone(),
        text: None,
        bodies: 0,
        decoded: 0,
        texts: 0,
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
                // An argument of either name makes progenitor choose another for its own.
                let (client, index) = one_let(&function.block, &name, "Self {", client_of)?;
                let for_call = parse_quote! {
                    let #client = &super::Client {
                        inner: #glue::for_call(&#client.inner),
                        ..#client.clone()
                    };
                };
                function.block.stmts.insert(index + 1, for_call);
                let (url, index) = one_let(&function.block, &name, "url", url_of)?;
                let parse_url = parse_quote! {
                    let #url = #glue::url(&#client.inner, &#url)?;
                };
                function.block.stmts.insert(index + 1, parse_url);
                if let Some(argument) = &argument
                    && is_made_with(&function.block.stmts[index], argument)
                {
                    let project = parse_quote! {
                        #glue::project(&#client.inner, &#argument);
                    };
                    function.block.stmts.insert(index + 2, project);
                    projects += 1;
                }
                calls.client = Some(client);
                calls.text = match texts.iter().find(|(operation, _)| *operation == name) {
                    Some((_, true)) => Some(secret.clone()),
                    Some((_, false)) => Some(parse_quote!(::std::string::String)),
                    None => None,
                };
                calls.visit_impl_item_fn_mut(function);
                sends += 1;
            }
        }
    }
    let operations = || names::operations(spec).map(|(_, operation)| operation);
    let bodies = operations().filter(|o| o.request_body.is_some()).count();
    expect("`send` methods", sends, operations().count())?;
    let in_path = parameter.map(|name| format!("{{{name}}}"));
    let names_project = |path: &str| in_path.as_deref().is_some_and(|name| path.contains(name));
    expect(
        "URLs with the project, one for each path that names it",
        projects,
        spec.operations()
            .filter(|(path, _, operation)| operation.operation_id.is_some() && names_project(path))
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
    )?;
    expect(
        "`ResponseValue::stream` calls, one for each answer that is a text",
        calls.texts,
        texts.len(),
    )
}

/// For each answer that is a text the builder of its operation, and whether the text is a secret.
fn text_answers(document: &Document) -> Vec<(String, bool)> {
    let tree = Tree::new(document);
    let mut found = Vec::new();
    for operation in tree.operations() {
        let Some(name) = operation.node.text("operationId") else {
            continue;
        };
        let Some(responses) = tree.below_key(operation.node, &["responses"]) else {
            continue;
        };
        for (code, _) in responses
            .map
            .iter()
            .filter(|(code, _)| code.starts_with('2'))
        {
            let schema = tree
                .below_key(responses, &[code])
                .and_then(|response| tree.below_key(response, &["content", TEXT, "schema"]));
            if let Some(schema) = schema {
                let is_secret = schema.text("format") == Some("password");
                found.push((names::pascal(name), is_secret));
            }
        }
    }
    found
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
    response.is_some_and(|response| response.content.contains_key(JSON))
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

/// The only `let` in which `find` finds a variable: that variable, and its place.
fn one_let(
    block: &Block,
    name: &str,
    what: &str,
    find: fn(&Local) -> Option<Ident>,
) -> Result<(Ident, usize), Error> {
    let mut found =
        block
            .stmts
            .iter()
            .enumerate()
            .filter_map(|(index, statement)| match statement {
                Stmt::Local(local) => Some((find(local)?, index)),
                _ => None,
            });
    match (found.next(), found.next()) {
        (Some(found), None) => Ok(found),
        _ => Err(failed(
            PASS,
            format!("expected one `let {what}…` in `builder::{name}::send`"),
        )),
    }
}

/// `client` in `let Self { client, … } = self`.
fn client_of(local: &Local) -> Option<Ident> {
    match &local.pat {
        Pat::Struct(pattern) if pattern.path.is_ident("Self") => {
            match &*pattern.fields.first()?.pat {
                Pat::Ident(variable) => Some(variable.ident.clone()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `url` in `let url = format!("…", client.baseurl, …)`.
fn url_of(local: &Local) -> Option<Ident> {
    match (&local.pat, &*local.init.as_ref()?.expr) {
        (Pat::Ident(variable), Expr::Macro(call))
            if call.mac.path.is_ident("format")
                && call.mac.tokens.to_string().contains(". baseurl") =>
        {
            Some(variable.ident.clone())
        }
        _ => None,
    }
}

/// The name of the parameter that is marked as the project's.
fn project_parameter(spec: &OpenAPI) -> Option<&str> {
    let of_paths = spec.paths.paths.values().filter_map(|item| item.as_item());
    let of_paths = of_paths.flat_map(|item| &item.parameters);
    let of_operations = spec.operations().flat_map(|(_, _, o)| &o.parameters);
    let components = spec.components.iter();
    of_paths
        .chain(of_operations)
        .chain(components.flat_map(|components| components.parameters.values()))
        .filter_map(|parameter| Some(parameter.as_item()?.parameter_data_ref()))
        .find(|data| data.extensions.get(PROJECT) == Some(&true.into()))
        .map(|data| data.name.as_str())
}

/// Whether the URL that a statement makes is made with an argument.
fn is_made_with(statement: &Stmt, argument: &Ident) -> bool {
    let tokens = statement.to_token_stream().to_string();
    tokens.contains(&format!("& {argument} . to_string"))
}

struct Calls {
    /// The variable that holds the client in the call at hand.
    client: Option<Ident>,
    glue: Path,
    /// What the call at hand makes of an answer that is a text.
    text: Option<Type>,
    bodies: usize,
    decoded: usize,
    texts: usize,
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
                let (glue, client) = (&self.glue, &self.client);
                *expr = parse_quote! {
                    #receiver
                        .header(
                            ::reqwest::header::CONTENT_TYPE,
                            ::reqwest::header::HeaderValue::from_static("application/json"),
                        )
                        .body(#glue::request_body(&#client.inner, &body)?)
                };
                self.bodies += 1;
            }
            Expr::Call(call)
                if call.func.to_token_stream().to_string() == "ResponseValue :: from_response" =>
            {
                let (glue, client) = (&self.glue, &self.client);
                *call.func = parse_quote!(#glue::decode);
                call.args.insert(0, parse_quote!(&#client.inner));
                self.decoded += 1;
            }
            Expr::Call(call) if call.args.to_token_stream().to_string() == STREAM => {
                let (glue, client) = (&self.glue, &self.client);
                *expr = parse_quote!(#glue::text(&#client.inner, response).await);
                self.texts += 1;
            }
            _ => {}
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Some(text) = &self.text
            && ty.to_token_stream().to_string() == "ByteStream"
        {
            *ty = text.clone();
        }
    }
}

//! Writes how each operation becomes a request, from the document: two functions of its builder.
//!
//! - `call` describes the request as plain data. It is all that the generated code knows.
//! - `send` has it sent, and says which statuses are a success and what it is read as.
//!
//! progenitor's own `send` writes the body into a buffer that grows by reallocation and leaves
//! what it held, passwords included, in freed memory; parses a URL that an argument has changed;
//! and loses status and headers of an answer that it can't decode. Nothing of it is kept but the
//! type of the answer.

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{
    Field, Fields, File, Ident, ImplItem, ImplItemFn, Item, Path, ReturnType, Type, parse_quote,
};

use super::output::{self, failed, first_argument, functions, inherent_impls, module};
use crate::{
    Document, Error, Settings, names,
    spec::{
        keys::{JSON, PROJECT, TEXT},
        node::{Node, Operation},
        tree::Tree,
    },
};

const PASS: &str = "calls";

pub(crate) fn run(file: &mut File, document: &Document, settings: &Settings) -> Result<(), Error> {
    let paths = Paths::of(settings)?;
    let tree = Tree::new(document);
    let operations: BTreeMap<String, Operation<'_, '_>> = tree
        .operations()
        .into_iter()
        .filter_map(|operation| {
            let id = operation.node.text("operationId")?;
            Some((names::pascal(id), operation))
        })
        .collect();
    let builders = module(PASS, &mut file.items, &["builder"])?;
    // What it imports was for `send`.
    builders.retain(|item| {
        let names_it = || item.to_token_stream().to_string().contains("encode_path");
        !(matches!(item, Item::Use(_)) && names_it())
    });
    let fields = fields_by_name(builders);
    let mut written = 0;
    for (name, block) in inherent_impls(builders) {
        let operation = operations.get(&name);
        let operation = operation.ok_or_else(|| {
            failed(
                PASS,
                format!("no operation has the builder `builder::{name}`"),
            )
        })?;
        let fields = fields.get(&name).map(Vec::as_slice).unwrap_or_default();
        let mut call = None;
        for function in functions(&mut block.items) {
            if function.sig.ident == "new" {
                // A builder is had from the client's method.
                function.vis = parse_quote!(pub(super));
            } else if function.sig.ident == "send" {
                let writer = Writer {
                    tree: &tree,
                    paths: &paths,
                    operation,
                    fields,
                };
                call = Some(writer.call()?);
                writer.write_send(function)?;
            }
        }
        if let Some(call) = call {
            block.items.push(call);
            written += 1;
        }
    }
    if written == operations.len() {
        return Ok(());
    }
    let expected = operations.len();
    Err(failed(
        PASS,
        format!("expected {expected} `send` methods, one for each operation, found {written}"),
    ))
}

/// What the generated code names of the crate.
struct Paths {
    call: Path,
    error: Path,
    response: Path,
    secret: Type,
}

impl Paths {
    fn of(settings: &Settings) -> Result<Self, Error> {
        let path = |setting: &str| output::path(PASS, setting);
        let secret = path(&settings.secret)?;
        Ok(Self {
            call: path(&settings.call)?,
            error: path(&settings.error)?,
            response: path(&settings.response)?,
            secret: parse_quote!(#secret),
        })
    }
}

fn fields_by_name(builders: &[Item]) -> BTreeMap<String, Vec<Field>> {
    let named = builders.iter().filter_map(|item| match item {
        Item::Struct(item) => match &item.fields {
            Fields::Named(fields) => Some((
                item.ident.to_string(),
                fields.named.iter().cloned().collect(),
            )),
            _ => None,
        },
        _ => None,
    });
    named.collect()
}

/// Writes the functions of one operation.
struct Writer<'w, 'a> {
    tree: &'w Tree<'a>,
    paths: &'w Paths,
    operation: &'w Operation<'w, 'a>,
    /// Those of its builder: the client, then the arguments.
    fields: &'w [Field],
}

impl Writer<'_, '_> {
    fn call(&self) -> Result<ImplItem, Error> {
        let Paths { call, error, .. } = self.paths;
        let method = format_ident!("{}", self.operation.method.to_ascii_uppercase());
        let mut steps = self.path()?;
        steps.extend(self.arguments("query")?);
        if self.success(JSON).next().is_some() {
            let json = quote!(::std::result::Result::Ok(::std::option::Option::Some(#JSON)));
            steps.extend(quote!(.header("accept", #json)?));
        }
        if self.operation.node.has("requestBody") {
            steps.extend(self.body()?);
        }
        steps.extend(self.arguments("header")?);
        Ok(parse_quote! {
            /// Describes the request.
            pub(crate) fn call(self) -> ::std::result::Result<#call, #error> {
                ::std::result::Result::Ok(#call::new(::reqwest::Method::#method) #steps)
            }
        })
    }

    /// The parts of the path, those that are arguments and the others.
    fn path(&self) -> Result<TokenStream, Error> {
        let mut steps = TokenStream::new();
        let mut rest = self.operation.path;
        while let Some((before, name)) = rest.split_once('{') {
            let (name, after) = name.split_once('}').unwrap_or((name, ""));
            rest = after;
            let parameter = self
                .parameters("path")
                .find(|p| p.text("name") == Some(name));
            let parameter = parameter
                .ok_or_else(|| self.missing(&format!("a parameter `{name}` of the path")))?;
            let (field, is_project) = (self.field(name)?, parameter.is_set(PROJECT));
            steps.extend(quote!(.path(#before).argument(#name, self.#field, #is_project)?));
        }
        if !rest.is_empty() {
            steps.extend(quote!(.path(#rest)));
        }
        Ok(steps)
    }

    /// The parameters in a query or in headers, in progenitor's order.
    fn arguments(&self, place: &str) -> Result<TokenStream, Error> {
        let mut steps = TokenStream::new();
        for Field { ident, .. } in self.fields {
            let is_it = |parameter: &(&str, &Node<'_>)| {
                let rust_name = names::snake(parameter.0);
                ident.as_ref().is_some_and(|ident| *ident == rust_name)
            };
            let named = self
                .parameters(place)
                .filter_map(|p| Some((p.text("name")?, p)));
            let Some((name, parameter)) = named.into_iter().find(is_it) else {
                continue;
            };
            let schema = self.tree.below_key(parameter, &["schema"]);
            let is_list = schema.is_some_and(|schema| schema.text("type") == Some("array"));
            let value = match (is_list, parameter.is_set("required")) {
                (false, true) => quote!(self.#ident.map(Some)),
                (true, false) => quote!(self.#ident.map(::std::option::Option::unwrap_or_default)),
                (true, true) | (false, false) => quote!(self.#ident),
            };
            let lower = name.to_ascii_lowercase();
            steps.extend(match place {
                "header" => quote!(.header(#lower, #value)?),
                _ => quote!(.query(#name, #value)?),
            });
        }
        Ok(steps)
    }

    fn body(&self) -> Result<TokenStream, Error> {
        let body = self.field("body")?;
        let ty = self
            .fields
            .iter()
            .find(|field| field.ident.as_ref() == Some(&body));
        let ty = ty.and_then(|field| first_argument(&field.ty));
        let ty = ty.ok_or_else(|| self.missing("a `Result` as the field `body`"))?;
        // A body with properties is a builder until here.
        let value = match ty
            .to_token_stream()
            .to_string()
            .strip_prefix("types :: builder :: ")
        {
            None => quote!(self.#body),
            Some(name) => {
                let name = Ident::new(name, Span::call_site());
                quote! {
                    self.#body.and_then(|body| {
                        types::#name::try_from(body).map_err(|error| error.to_string())
                    })
                }
            }
        };
        Ok(quote!(.json(#value)?))
    }

    fn write_send(&self, function: &mut ImplItemFn) -> Result<(), Error> {
        let Paths {
            error,
            response,
            secret,
            ..
        } = self.paths;
        let result = match &function.sig.output {
            ReturnType::Type(_, ty) => first_argument(ty).and_then(first_argument),
            ReturnType::Default => None,
        };
        let result = result.ok_or_else(|| self.missing("`send` with a typed result"))?;
        let client = self
            .fields
            .iter()
            .find(|f| matches!(f.ty, Type::Reference(_)));
        let client = client.and_then(|field| field.ident.as_ref());
        let client = client.ok_or_else(|| self.missing("a reference to the client"))?;
        let text = self
            .success(TEXT)
            .next()
            .map(|schema| schema.text("format") == Some("password"));
        let (ty, read) = match (result.to_token_stream().to_string().as_str(), text) {
            ("ByteStream", Some(is_secret)) => {
                let ty = match is_secret {
                    true => secret.clone(),
                    false => parse_quote!(::std::string::String),
                };
                (ty, quote!(text(call, STATUSES)))
            }
            ("()", _) => (
                result.clone(),
                quote!(answered(call, STATUSES, |_| Some(()))),
            ),
            _ => (result.clone(), quote!(typed(call, STATUSES))),
        };
        let statuses = self.success_codes();
        if statuses.is_empty() {
            return Err(self.missing("the status of a success"));
        }
        function.sig.output = parse_quote!(-> ::std::result::Result<#response<#ty>, #error>);
        function.block = parse_quote!({
            const STATUSES: &[u16] = &[#(#statuses),*];
            let inner = &self.#client.inner;
            let call = self.call()?;
            inner.#read.await
        });
        Ok(())
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = &Node<'_>> {
        let parameters = self.tree.parameters(self.operation).into_iter();
        parameters.filter(move |parameter| parameter.text("in") == Some(place))
    }

    /// The builder's field for an argument.
    fn field(&self, name: &str) -> Result<Ident, Error> {
        let name = names::snake(name);
        let mut all = self.fields.iter().filter_map(|field| field.ident.as_ref());
        let found = all.find(|ident| **ident == name);
        found
            .cloned()
            .ok_or_else(|| self.missing(&format!("a field `{name}`")))
    }

    fn success_codes(&self) -> Vec<u16> {
        let responses = self.operation.node.entries("responses");
        let codes = responses.filter_map(|(code, _)| code.parse().ok());
        codes.filter(|code| (200..300).contains(code)).collect()
    }

    /// The schemas of the successes of a content type.
    fn success(&self, content: &str) -> impl Iterator<Item = &Node<'_>> {
        self.success_codes().into_iter().filter_map(move |code| {
            let responses = self.tree.below_key(self.operation.node, &["responses"])?;
            let response = self.tree.below_key(responses, &[&code.to_string()])?;
            self.tree
                .below_key(response, &["content", content, "schema"])
        })
    }

    fn missing(&self, what: &str) -> Error {
        let id = self.operation.node.text("operationId").unwrap_or_default();
        failed(PASS, format!("expected {what} in the operation `{id}`"))
    }
}

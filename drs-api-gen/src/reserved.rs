//! The names that an operation can't have, since the generated code has a meaning for them.

/// Functions of the client, what is called on it, and what the crate around it adds.
const METHODS: &str =
    "api_version baseurl build builder client exec inner new new_with_client post pre";

/// Types, traits and variants that builders stand next to.
const TYPES: &str = "\
    ACCEPT ByteStream Client ClientBuilder ClientHooks ClientInfo Clone ConversionError Cow \
    Debug Default Deserialize Display Duration Err Error ErrorResponse F FnOnce Formatter \
    From HeaderMap HeaderName HeaderValue InvalidRequest None Ok OperationInfo Option \
    QueryParam RequestBuilderExt ResponseValue Result Self Serialize Some String T TryFrom \
    TryInto UnexpectedResponse V Vec";

/// Which of an operation's two names is taken: that of its method, or that of its builder.
pub(crate) fn taken<'n>(method: &'n str, builder: &'n str) -> Option<&'n str> {
    let is_in = |names: &str, name| names.split_whitespace().any(|taken| taken == name);
    match is_in(METHODS, method) {
        true => Some(method),
        false => is_in(TYPES, builder).then_some(builder),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proc_macro2::{TokenStream, TokenTree};
    use progenitor::{GenerationSettings, Generator, InterfaceStyle};
    use quote::ToTokens;
    use serde_json::json;
    use syn::{
        Expr, ExprMethodCall, ImplItem, ItemImpl,
        visit::{self, Visit},
    };

    use super::*;
    use crate::names;

    /// An id that no one has.
    const ID: &str = "OneOfOurOwn";

    /// Functions of the client, and what is called on it.
    #[derive(Default)]
    struct Methods(BTreeSet<String>);

    impl<'ast> Visit<'ast> for Methods {
        fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
            if item
                .self_ty
                .to_token_stream()
                .to_string()
                .ends_with("Client")
            {
                self.0
                    .extend(item.items.iter().filter_map(|item| match item {
                        ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
                        _ => None,
                    }));
            }
            visit::visit_item_impl(self, item);
        }

        fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
            if let Expr::Path(receiver) = &*call.receiver
                && receiver.path.is_ident("client")
            {
                self.0.insert(call.method.to_string());
            }
            visit::visit_expr_method_call(self, call);
        }
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

    /// What progenitor writes for one operation that has all that an operation can have.
    fn generated() -> TokenStream {
        let body = format!("{ID}Body");
        let reference = json!({ "$ref": format!("#/components/schemas/{body}") });
        let content = json!({ "application/json": { "schema": reference } });
        let text = json!({ "type": "string" });
        let spec = json!({
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
        });
        let mut settings = GenerationSettings::new();
        settings.with_interface(InterfaceStyle::Builder);
        let spec = serde_json::from_value(spec).unwrap();
        Generator::new(&settings).generate_tokens(&spec).unwrap()
    }

    #[test]
    fn the_names_are_those_of_what_is_generated_and_the_builder_of_ours() {
        let tokens = generated();
        let mut found = BTreeSet::new();
        types(tokens.clone(), &mut found);
        let listed: BTreeSet<String> = TYPES.split_whitespace().map(str::to_owned).collect();
        assert_eq!(found, listed);
        let mut methods = Methods(BTreeSet::from(["builder".to_owned()]));
        methods.visit_file(&syn::parse2(tokens).unwrap());
        methods.0.remove(&names::snake(ID));
        let listed: BTreeSet<String> = METHODS.split_whitespace().map(str::to_owned).collect();
        assert_eq!(methods.0, listed);
    }
}

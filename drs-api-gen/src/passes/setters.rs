//! Lets the types' builders accept, for an optional property, anything that converts into its
//! value: a `&str` for a text, a nested builder for an object. progenitor requires what converts
//! into an `Option`, which neither does. If you have an `Option`, assign the field.

use std::collections::BTreeSet;

use quote::{ToTokens, quote};
use syn::{
    Expr, ExprStruct, File, GenericArgument, ItemImpl, Member, PathArguments, Type, TypeParamBound,
    WherePredicate, parse_quote,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

use super::output::{failed, functions, inherent_impls, module, type_name};
use crate::Error;

const PASS: &str = "setters";

pub(crate) fn run(file: &mut File) -> Result<(), Error> {
    let types = module(PASS, &mut file.items, &["types"])?;
    // A document without objects has no builders.
    let Ok(builders) = module(PASS, types, &["builder"]) else {
        return Ok(());
    };
    let mut optional = OptionalFields::default();
    for item in builders.iter() {
        optional.visit_item(item);
    }
    for (builder, block) in inherent_impls(builders) {
        for setter in functions(&mut block.items) {
            let field = setter.sig.ident.to_string();
            if !optional.found.contains(&(builder.clone(), field)) || !takes_the_value(setter) {
                continue;
            }
            let mut wrap = WrapInSome { wrapped: 0 };
            wrap.visit_block_mut(&mut setter.block);
            if wrap.wrapped != 1 {
                let message = format!(
                    "expected one `try_into` in `{builder}::{}`, found {}",
                    setter.sig.ident, wrap.wrapped
                );
                return Err(failed(PASS, message));
            }
        }
    }
    Ok(())
}

/// The fields of builders that are filled by default. A required property that may be `null`
/// is an `Option` too, and stays one: there `None` says something.
#[derive(Default)]
struct OptionalFields {
    of: String,
    found: BTreeSet<(String, String)>,
}

impl Visit<'_> for OptionalFields {
    fn visit_item_impl(&mut self, block: &ItemImpl) {
        let of = block.trait_.as_ref().and_then(|t| t.0.segments.last());
        if of.is_some_and(|of| of.ident == "Default") {
            self.of = type_name(&block.self_ty).unwrap_or_default();
            visit::visit_item_impl(self, block);
        }
    }

    fn visit_expr_struct(&mut self, value: &ExprStruct) {
        let filled = quote!(Ok(Default::default())).to_string();
        for field in &value.fields {
            if let (Member::Named(name), true) = (
                &field.member,
                field.expr.to_token_stream().to_string() == filled,
            ) {
                self.found.insert((self.of.clone(), name.to_string()));
            }
        }
    }
}

/// Makes `T: TryInto<Option<X>>` a `T: TryInto<X>`; says whether it was one.
fn takes_the_value(setter: &mut syn::ImplItemFn) -> bool {
    let mut changed = false;
    for predicate in setter
        .sig
        .generics
        .where_clause
        .iter_mut()
        .flat_map(|w| &mut w.predicates)
    {
        let WherePredicate::Type(predicate) = predicate else {
            continue;
        };
        for bound in &mut predicate.bounds {
            if let TypeParamBound::Trait(bound) = bound
                && let Some(to) = argument(&mut bound.path, "TryInto")
                && let Type::Path(option) = to
                && let Some(value) = argument(&mut option.path, "Option")
            {
                *to = value.clone();
                changed = true;
            }
        }
    }
    changed
}

/// The argument of `name<…>` at the end of a path.
fn argument<'a>(path: &'a mut syn::Path, name: &str) -> Option<&'a mut Type> {
    let last = path.segments.last_mut().filter(|s| s.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &mut last.arguments else {
        return None;
    };
    arguments
        .args
        .iter_mut()
        .find_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
}

struct WrapInSome {
    wrapped: usize,
}

impl VisitMut for WrapInSome {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if matches!(expr, Expr::MethodCall(call) if call.method == "try_into") {
            *expr = parse_quote!(#expr.map(Some));
            self.wrapped += 1;
        }
    }
}

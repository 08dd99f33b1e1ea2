//! Lets an enum say which values it has where a text is none of them. progenitor's says
//! "invalid value". The text itself is left out: it may be anything, a secret in a wrong place
//! among it.

use quote::{ToTokens, quote};
use syn::{
    Arm, ExprMatch, File, Lit, Pat, PatLit, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::output::module;
use crate::Error;

const PASS: &str = "closed_enums";

pub(crate) fn run(file: &mut File) -> Result<(), Error> {
    for item in module(PASS, &mut file.items, &["types"])? {
        NameTheValues.visit_item_mut(item);
    }
    Ok(())
}

struct NameTheValues;

impl VisitMut for NameTheValues {
    fn visit_expr_match_mut(&mut self, expr: &mut ExprMatch) {
        visit_mut::visit_expr_match_mut(self, expr);
        let unknown = quote!(Err("invalid value".into())).to_string();
        let Some((last, known)) = expr.arms.split_last_mut() else {
            return;
        };
        let values: Vec<String> = known.iter().filter_map(text).collect();
        if last.body.to_token_stream().to_string() == unknown {
            let said = format!("not one of the values: {}", values.join(", "));
            last.body = parse_quote!(Err(#said.into()));
        }
    }
}

fn text(arm: &Arm) -> Option<String> {
    match &arm.pat {
        Pat::Lit(PatLit {
            lit: Lit::Str(text),
            ..
        }) => Some(format!("`{}`", text.value())),
        _ => None,
    }
}

//! Says of each type of an answer where its texts are, by an `impl` of a trait of the crate:
//! what an answer quotes has to be found in all of them, and they have to be cut.

use std::collections::BTreeSet;

use quote::{format_ident, quote};
use syn::{Fields, File, Ident, Item, parse_quote, visit::Visit};

use super::output::{functions, inherent_impls, module, path};
use crate::{Error, Settings};

const PASS: &str = "texts";

pub(crate) fn run(file: &mut File, settings: &Settings) -> Result<(), Error> {
    let texts = path(PASS, &settings.texts)?;
    let mut names = Names::default();
    for (_, block) in inherent_impls(module(PASS, &mut file.items, &["builder"])?) {
        for function in functions(&mut block.items).filter(|f| f.sig.ident == "send") {
            names.visit_return_type(&function.sig.output);
        }
    }
    let types = module(PASS, &mut file.items, &["types"])?;
    // Those that hold each other are found in as many rounds as they are deep.
    let mut before = 0;
    while before < names.0.len() {
        before = names.0.len();
        for item in types.iter() {
            if item_name(item).is_some_and(|name| names.0.contains(&name.to_string())) {
                names.visit_item(item);
            }
        }
    }
    let of_answers = types.iter().filter_map(|item| {
        let name = item_name(item).filter(|name| names.0.contains(&name.to_string()))?;
        let body = match item {
            Item::Struct(item) => {
                let fields = item.fields.members();
                quote!(#(self.#fields.each_text(look);)*)
            }
            Item::Enum(item) => {
                let arms = item
                    .variants
                    .iter()
                    .map(|variant| arm(&variant.ident, &variant.fields));
                quote!(match self { #(#arms)* })
            }
            _ => return None,
        };
        Some(parse_quote! {
            impl #texts for #name {
                fn each_text(
                    &mut self,
                    look: &mut dyn ::std::ops::FnMut(&mut ::std::string::String),
                ) {
                    // A method is found behind a `Box` too.
                    #[allow(unused_imports)]
                    use #texts as _;
                    #body
                }
            }
        })
    });
    let of_answers: Vec<Item> = of_answers.collect();
    types.extend(of_answers);
    Ok(())
}

/// All names that stand in some code.
#[derive(Default)]
pub(super) struct Names(pub(super) BTreeSet<String>);

impl Visit<'_> for Names {
    fn visit_ident(&mut self, ident: &Ident) {
        self.0.insert(ident.to_string());
    }

    fn visit_attribute(&mut self, _: &syn::Attribute) {}
}

pub(super) fn item_name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        _ => None,
    }
}

/// The arm that looks at the fields of a variant.
fn arm(variant: &Ident, fields: &Fields) -> proc_macro2::TokenStream {
    let members: Vec<_> = fields.members().collect();
    let values: Vec<_> = (0..members.len())
        .map(|n| format_ident!("value_{n}"))
        .collect();
    quote! {
        Self::#variant { #(#members: #values),* } => {
            #(#values.each_text(look);)*
        }
    }
}

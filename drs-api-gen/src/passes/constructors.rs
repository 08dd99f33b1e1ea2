//! Takes the public constructors away: they follow redirects and unwrap, and a client
//! built with them would have neither credentials nor time-outs. The crate's own
//! constructors take their place. `Debug` goes too, for it would print the `reqwest`
//! client's settings, proxy credentials among them; and so does `prelude`, which only
//! renames what the crate re-exports.

use syn::{File, ImplItem, Item, parse_quote};

use super::output::{failed, inherent_impls, remove_derive};
use crate::Error;

const PASS: &str = "constructors";

pub(crate) fn run(file: &mut File) -> Result<(), Error> {
    let mut made_private = 0;
    let mut removed = 0;
    for (_, block) in inherent_impls(&mut file.items).filter(|(name, _)| name == "Client") {
        block.items.retain_mut(|item| match item {
            ImplItem::Fn(f) if f.sig.ident == "new" => {
                removed += 1;
                false
            }
            ImplItem::Fn(f) if f.sig.ident == "new_with_client" => {
                f.vis = parse_quote!(pub(crate));
                made_private += 1;
                true
            }
            _ => true,
        });
    }
    if (removed, made_private) != (1, 1) {
        return Err(failed(
            PASS,
            format!(
                "expected one `Client::new` and one `Client::new_with_client`, found {removed} and {made_private}"
            ),
        ));
    }

    let client = file.items.iter_mut().find_map(|item| match item {
        Item::Struct(item) if item.ident == "Client" => Some(item),
        _ => None,
    });
    if !client.is_some_and(|client| remove_derive(&mut client.attrs, "Debug")) {
        return Err(failed(PASS, "expected `Client` to derive `Debug`"));
    }

    let before = file.items.len();
    file.items
        .retain(|item| !matches!(item, Item::Mod(module) if module.ident == "prelude"));
    if file.items.len() + 1 != before {
        return Err(failed(PASS, "expected a module `prelude`"));
    }
    Ok(())
}

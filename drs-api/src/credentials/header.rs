//! Secrets as values of headers.

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::{Error, Secret};

/// A secret as a header value that `Debug` and HTTP/2's compression know to be one. Its bytes
/// are wiped with its last clone. `what` names it in an error.
pub(super) fn secret_header(what: &str, secret: &Secret) -> Result<HeaderValue, Error> {
    let bytes = Zeroizing::new(secret.expose_secret().as_bytes().to_vec());
    // Narrower than `HeaderValue`, which takes bytes past ASCII as well.
    let is_visible = bytes.iter().all(|b| *b == b' ' || b.is_ascii_graphic());
    let value = HeaderValue::from_maybe_shared(Bytes::from_owner(bytes)).ok();
    let mut value = value.filter(|_| is_visible).ok_or_else(|| {
        let problem = "it contains a line break or another character that a header can't hold";
        Error::invalid(what, problem)
    })?;
    value.set_sensitive(true);
    Ok(value)
}

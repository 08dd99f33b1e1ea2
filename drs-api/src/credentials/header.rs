//! Secrets as values of headers.

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::{Error, Secret};

pub(super) fn check_token(token: &Secret) -> Result<(), Error> {
    let checked = token_header(token).map(drop);
    checked.map_err(|problem| Error::invalid("token", problem))
}

pub(super) fn token_header(token: &Secret) -> Result<HeaderValue, &'static str> {
    if token.expose_secret().trim().is_empty() {
        return Err("it is empty; get one from IAM");
    }
    header_value(token)
}

pub(super) fn secret_header(what: &str, secret: &Secret) -> Result<HeaderValue, Error> {
    header_value(secret).map_err(|problem| Error::invalid(what, problem))
}

/// A secret as a header value that `Debug` and HTTP/2's compression know to be one. Its bytes
/// are wiped with its last clone.
fn header_value(secret: &Secret) -> Result<HeaderValue, &'static str> {
    let refused = "it contains a line break or another character that a header can't hold";
    // Narrower than `HeaderValue`, which takes bytes past ASCII as well.
    let visible = |b: u8| b == b' ' || b.is_ascii_graphic();
    let bytes = secret.expose_secret().as_bytes();
    if !bytes.iter().copied().all(visible) {
        return Err(refused);
    }
    let bytes = Bytes::from_owner(Zeroizing::new(bytes.to_vec()));
    let mut value = HeaderValue::from_maybe_shared(bytes).map_err(|_| refused)?;
    value.set_sensitive(true);
    Ok(value)
}

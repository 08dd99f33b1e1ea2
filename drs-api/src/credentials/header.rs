//! Secrets as values of headers.

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::{Error, Secret};

/// What can't be used, and why.
#[derive(Clone, Copy)]
pub(crate) struct Problem(pub(crate) &'static str, pub(crate) &'static str);

impl Problem {
    pub(crate) fn error(self) -> Error {
        Error::invalid(self.0, self.1)
    }
}

/// A secret as a header value that `Debug` and HTTP/2's compression know to be one. Its bytes
/// are wiped with its last clone.
pub(super) fn secret_header(what: &'static str, secret: &Secret) -> Result<HeaderValue, Problem> {
    let refused = "it contains a line break or another character that a header can't hold";
    // Narrower than `HeaderValue`, which takes bytes past ASCII as well.
    let visible = |b: u8| b == b' ' || b.is_ascii_graphic();
    let bytes = secret.expose_secret().as_bytes();
    if !bytes.iter().copied().all(visible) {
        return Err(Problem(what, refused));
    }
    let bytes = Bytes::from_owner(Zeroizing::new(bytes.to_vec()));
    let mut value = HeaderValue::from_maybe_shared(bytes).map_err(|_| Problem(what, refused))?;
    value.set_sensitive(true);
    Ok(value)
}

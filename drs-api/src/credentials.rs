//! Who asks: what is put on each request to prove it.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::{Error, Secret};

/// What proves to the service who is asking.
#[derive(Clone)]
pub struct Credentials(Arc<Kind>);

enum Kind {
    Token(Secret),
}

impl Credentials {
    /// A user token from IAM (`POST /v3/auth/tokens`), valid for 24 hours. It is sent as
    /// `X-Auth-Token`.
    pub fn token(token: impl Into<Secret>) -> Self {
        Self(Arc::new(Kind::Token(token.into())))
    }

    /// Refuses what could not be sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &*self.0 {
            Kind::Token(token) if token.expose_secret().trim().is_empty() => {
                Err(Error::invalid("token", "it is empty; get one from IAM"))
            }
            Kind::Token(token) => header_value(token).map(drop),
        }
    }

    /// Puts the credentials on a request.
    pub(crate) fn apply(&self, request: &mut reqwest::Request) -> Result<(), Error> {
        match &*self.0 {
            Kind::Token(token) => {
                request
                    .headers_mut()
                    .insert("x-auth-token", header_value(token)?);
            }
        }
        Ok(())
    }
}

/// The token as a header value that `Debug` and HTTP/2's compression know to be secret.
/// Its bytes are wiped with its last clone.
fn header_value(token: &Secret) -> Result<HeaderValue, Error> {
    let refused = || {
        Error::invalid(
            "token",
            "it contains a line break or another character that a header can't hold",
        )
    };
    // Narrower than `HeaderValue`, which takes bytes past ASCII as well.
    let visible = |b: u8| b == b' ' || b.is_ascii_graphic();
    if !token.expose_secret().bytes().all(visible) {
        return Err(refused());
    }
    let bytes = Bytes::from_owner(Zeroizing::new(token.expose_secret().as_bytes().to_vec()));
    let mut value = HeaderValue::from_maybe_shared(bytes).map_err(|_| refused())?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Token(token) => f.debug_tuple("Token").field(token).finish(),
        }
    }
}

//! The proxy that the environment names. reqwest takes one that it can't use for none, and would
//! connect directly.

use std::{env, ffi::OsString};

use http::Uri;

use crate::Error;

/// In the order in which reqwest looks for one for `https://`.
const NAMES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Refuses a proxy that can't be used. The error shows nothing of it: a password may stand in it.
pub(super) fn check() -> Result<(), Error> {
    check_in(|name| env::var_os(name))
}

fn check_in(variable: impl Fn(&str) -> Option<OsString>) -> Result<(), Error> {
    let set = NAMES.iter().find_map(|name| {
        let value = variable(name).filter(|value| !value.is_empty())?;
        Some((*name, value))
    });
    match set {
        Some((name, value)) if !value.to_str().is_some_and(is_usable) => Err(Error::invalid(
            name,
            "it names no proxy that can be used; write it as http://host:port or \
             https://host:port, or unset the variable",
        )),
        _ => Ok(()),
    }
}

fn is_usable(proxy: &str) -> bool {
    let Ok(uri) = proxy.parse::<Uri>() else {
        return false;
    };
    let has_scheme = matches!(uri.scheme_str(), None | Some("http" | "https"));
    has_scheme && uri.host().is_some_and(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(variables: &[(&str, &str)]) -> Result<(), String> {
        let value = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        check_in(value).map_err(|e| e.to_string())
    }

    #[test]
    fn a_proxy_is_a_url_or_host_and_port() {
        for value in [
            "http://proxy.example.com:3128",
            "https://user:hunter2@proxy.example.com",
            "proxy.example.com:3128",
            "127.0.0.1:3128",
            "http://[::1]:3128/",
            "",
        ] {
            assert_eq!(checked(&[("HTTPS_PROXY", value)]), Ok(()), "{value}");
        }
        for value in [
            "socks5://hunter2@proxy",
            "ftp://hunter2@proxy",
            "http://hunter2@proxy example.com",
            "http://",
            "/hunter2",
        ] {
            for name in NAMES {
                let error = checked(&[(name, value)]).unwrap_err();
                assert!(error.starts_with(&format!("{name}: ")), "{error}");
                assert!(!error.contains("hunter2"), "{error}");
            }
        }
    }

    #[test]
    fn the_one_that_is_used_counts() {
        let good = ("HTTPS_PROXY", "http://proxy:1");
        assert_eq!(checked(&[good, ("ALL_PROXY", "ftp://proxy")]), Ok(()));
        assert!(checked(&[("HTTPS_PROXY", ""), ("ALL_PROXY", "ftp://proxy")]).is_err());
    }
}

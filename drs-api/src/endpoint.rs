//! Where requests go: a base URL that can't surprise.

use std::net::IpAddr;

use reqwest::Url;

use crate::{Environment, Error};

/// The longest endpoint, in bytes: a host name of the greatest length, scheme and port.
const MAX_LENGTH: usize = 300;

/// `scheme://host[:port]`, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    url: Url,
}

impl Endpoint {
    /// Checks a URL given by the user.
    pub(crate) fn parse(text: &str, allow_plaintext: bool) -> Result<Self, Error> {
        let invalid = |problem: String| Error::invalid("endpoint", problem);
        if text.len() > MAX_LENGTH {
            let length = text.len();
            return Err(invalid(format!(
                "it has {length} bytes; a host name has 253 at most"
            )));
        }
        if let Some(c) = text.chars().find(|c| c.is_control() || c.is_whitespace()) {
            let c = c.escape_debug();
            return Err(invalid(format!(
                "it contains {c}; write it without blanks and control characters"
            )));
        }
        let url = Url::parse(text).map_err(|e| {
            invalid(format!(
                "it is not a URL ({e}); write it as https://drs.ap-southeast-1.myhuaweicloud.com"
            ))
        })?;
        // As it is written: parsed, `/..` is no path any more.
        let written = text.split_once("://").map_or("/", |(_, rest)| rest);
        let authority = written.strip_suffix('/').unwrap_or(written);
        let has_path = url.path() != "/" || authority.contains(['/', '\\']) || authority.is_empty();
        let problem = if !url.username().is_empty() || url.password().is_some() {
            "it contains a user name or password; pass credentials separately"
        } else if url.query().is_some() || url.fragment().is_some() {
            "it has a query or a fragment; leave that out"
        } else if has_path {
            "it has a path; the client adds the operation's path to scheme, host and port"
        } else {
            match url.scheme() {
                "https" if cfg!(any(feature = "rustls", feature = "native-tls")) => {
                    return Ok(Self { url });
                }
                "https" => {
                    "https needs TLS: build drs-api with the feature `rustls` or `native-tls`"
                }
                "http" if allow_plaintext || is_loopback(&url) => return Ok(Self { url }),
                "http" => {
                    "plaintext would show passwords and credentials to the network; use https"
                }
                _ => "its scheme is neither https nor http",
            }
        };
        Err(invalid(problem.to_owned()))
    }

    /// The endpoint of DRS in a region: what the environment says, or that of the pattern.
    pub(crate) fn of_region(
        region: &str,
        environment: &Environment,
        allow_plaintext: bool,
    ) -> Result<Self, Error> {
        let pattern = Self::of_service("drs", region)?;
        match environment.endpoint_of(region)? {
            Some((variable, endpoint)) => Self::named(&variable, &endpoint, allow_plaintext),
            None => Self::parse(&pattern, false),
        }
    }

    /// By a pattern with one exception. Regions are not checked against a list.
    pub(crate) fn of_service(service: &str, region: &str) -> Result<String, Error> {
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !(1..=63).contains(&region.len()) || !region.bytes().all(known) {
            return Err(Error::invalid(
                "region",
                "a region id is made of lower-case letters, digits and `-`, such as ap-southeast-1",
            ));
        }
        let domain = match region {
            "eu-west-101" => "myhuaweicloud.eu",
            _ => "myhuaweicloud.com",
        };
        Ok(format!("https://{service}.{region}.{domain}"))
    }

    /// An endpoint that something other than the builder names, with a scheme or without, as the
    /// vendor's SDKs take it.
    pub(crate) fn named(name: &str, text: &str, allow_plaintext: bool) -> Result<Self, Error> {
        if text.contains(',') {
            // Some of the vendor's SDKs take a list there.
            return Err(Error::invalid(name, "it has a comma; give one endpoint"));
        }
        let endpoint = match text.contains("://") {
            true => Self::parse(text, allow_plaintext),
            false => Self::parse(&format!("https://{text}"), allow_plaintext),
        };
        endpoint.map_err(|error| match error {
            Error::InvalidInput { problem, .. } => Error::invalid(name, problem),
            error => error,
        })
    }

    /// Without the final slash, as the generated code takes it.
    pub(crate) fn base_url(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    pub(crate) fn is_plaintext(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Its port, the scheme's own included.
    pub(crate) fn port(&self) -> Option<u16> {
        self.url.port_or_known_default()
    }

    #[cfg(feature = "login")]
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_may_be_plaintext_and_nothing_else() {
        for endpoint in [
            "http://127.0.0.1:80",
            "http://[::1]:8080/",
            "http://localhost",
        ] {
            assert!(Endpoint::parse(endpoint, false).is_ok(), "{endpoint}");
        }
        for endpoint in [
            "http://drs.example.com",
            "http://10.0.0.1",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
        ] {
            assert!(Endpoint::parse(endpoint, false).is_err(), "{endpoint}");
            assert!(Endpoint::parse(endpoint, true).is_ok(), "{endpoint}");
        }
    }

    #[test]
    fn an_endpoint_is_scheme_host_and_port_alone() {
        for endpoint in [
            "http://user@127.0.0.1",
            "http://user:pw@127.0.0.1",
            "http://127.0.0.1/drs",
            "http://127.0.0.1/?a=b",
            "http://127.0.0.1/#f",
            "http://127.0.0.1/.",
            "http://127.0.0.1/..",
            "http://127.0.0.1/%2e",
            "http://127.0.0.1//",
            "http:127.0.0.1",
            "http:/127.0.0.1",
            "http://127.0.0.1\r\nX-Evil: 1",
            "http://127.0.0.1 ",
            "ftp://127.0.0.1",
            "127.0.0.1:80",
            "drs.example.com",
            "",
        ] {
            let error = Endpoint::parse(endpoint, true).unwrap_err().to_string();
            assert!(error.starts_with("endpoint: "), "{endpoint}: {error}");
            assert!(!error.contains("pw"), "{error}");
        }
    }

    fn of_region(region: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        let environment = Environment::of(variables.iter().copied());
        match Endpoint::of_region(region, &environment, false) {
            Ok(endpoint) => Ok(endpoint.base_url().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_region_has_an_endpoint_even_if_it_is_not_known() {
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        for (region, endpoint) in [
            ("cn-north-4", "https://drs.cn-north-4.myhuaweicloud.com"),
            ("eu-west-101", "https://drs.eu-west-101.myhuaweicloud.eu"),
            ("mars-north-1", "https://drs.mars-north-1.myhuaweicloud.com"),
        ] {
            assert_eq!(of_region(region, &[]).as_deref(), Ok(endpoint));
        }
        for region in ["", "a.b", "EU-WEST-1", "a/b", "a@b", "a b"] {
            assert!(of_region(region, &[]).is_err(), "{region}");
        }
    }

    #[test]
    fn the_environment_may_say_where_a_region_is() {
        let name = "HUAWEICLOUD_SDK_REGION_DRS_CN_NORTH_4";
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        for (value, endpoint) in [
            ("https://drs.example.com", "https://drs.example.com"),
            ("drs.example.com:8443/", "https://drs.example.com:8443"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("", "https://drs.cn-north-4.myhuaweicloud.com"),
        ] {
            let found = of_region("cn-north-4", &[(name, value)]);
            assert_eq!(found.as_deref(), Ok(endpoint));
        }
        for value in ["http://drs.example.com", "https://a/b", "a,b", " "] {
            let error = of_region("cn-north-4", &[(name, value)]).unwrap_err();
            assert!(error.starts_with(name), "{value}: {error}");
        }
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        assert!(of_region("cn-north-1", &[(name, "a,b")]).is_ok());
    }
}

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
        let invalid = |problem: &str| Error::invalid("endpoint", problem);
        if text.len() > MAX_LENGTH {
            let length = text.len();
            return Err(invalid(&format!(
                "it has {length} bytes; a host name has 253 at most"
            )));
        }
        if let Some(c) = text.chars().find(|c| c.is_control() || c.is_whitespace()) {
            return Err(invalid(&format!(
                "it contains {}; write it without blanks and control characters",
                c.escape_debug()
            )));
        }
        let url = Url::parse(text).map_err(|e| {
            invalid(&format!(
                "it is not a URL ({e}); write it as https://drs.ap-southeast-1.myhuaweicloud.com"
            ))
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid(
                "it contains a user name or password; pass credentials separately",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("it has a query or a fragment; leave that out"));
        }
        // As it is written: parsed, `/..` is no path any more.
        let written = text.split_once("://").map_or("/", |(_, rest)| rest);
        let authority = written.strip_suffix('/').unwrap_or(written);
        if url.path() != "/" || authority.contains(['/', '\\']) || authority.is_empty() {
            return Err(invalid(
                "it has a path; the client adds the operation's path to scheme, host and port",
            ));
        }
        match url.scheme() {
            "https" => {
                if !cfg!(any(feature = "rustls", feature = "native-tls")) {
                    return Err(invalid(
                        "https needs TLS: build drs-api with the feature `rustls` or `native-tls`",
                    ));
                }
            }
            "http" if allow_plaintext || is_loopback(&url) => {}
            "http" => {
                return Err(invalid(
                    "plaintext would show passwords and credentials to the network; use https",
                ));
            }
            _ => return Err(invalid("its scheme is neither https nor http")),
        }
        Ok(Self { url })
    }

    /// The endpoint of a region: what the environment says, or a pattern and one exception.
    pub(crate) fn of_region(
        region: &str,
        environment: &Environment,
        allow_plaintext: bool,
    ) -> Result<Self, Error> {
        check_region(region)?;
        if let Some((variable, endpoint)) = environment.endpoint_of(region)? {
            return Self::of_variable(&variable, &endpoint, allow_plaintext);
        }
        Self::of_service("drs", region)
    }

    fn of_service(service: &str, region: &str) -> Result<Self, Error> {
        let domain = match region {
            "eu-west-101" => "myhuaweicloud.eu",
            _ => "myhuaweicloud.com",
        };
        Self::parse(&format!("https://{service}.{region}.{domain}"), false)
    }

    /// The endpoint of IAM: what the environment says, or that of the region.
    #[cfg(feature = "login")]
    pub(crate) fn of_iam(
        region: Option<&str>,
        environment: &Environment,
        allow_plaintext: bool,
    ) -> Result<Self, Error> {
        const VARIABLE: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
        if let Some(endpoint) = environment.get(VARIABLE)? {
            return Self::of_variable(VARIABLE, endpoint.expose_secret(), allow_plaintext);
        }
        match region {
            Some(region) => {
                check_region(region)?;
                Self::of_service("iam", region)
            }
            None => Err(Error::invalid(
                "region",
                format!("IAM is found by the region; set one, or {VARIABLE}"),
            )),
        }
    }

    /// The metadata service of this machine: at its only address, or where a test plays it.
    #[cfg(feature = "login")]
    pub(crate) fn of_metadata(environment: &Environment) -> Result<Self, Error> {
        const VARIABLE: &str = "DRS_METADATA_ENDPOINT";
        match environment.get(VARIABLE)? {
            Some(endpoint) => {
                let endpoint = Self::of_variable(VARIABLE, endpoint.expose_secret(), false)?;
                match is_loopback(&endpoint.url) {
                    true => Ok(endpoint),
                    false => Err(Error::invalid(VARIABLE, "it is not on this machine")),
                }
            }
            // Plaintext between the machine and its host.
            None => Self::parse("http://169.254.169.254", true),
        }
    }

    /// The vendor's SDKs take a URL there with a scheme or without.
    fn of_variable(variable: &str, text: &str, allow_plaintext: bool) -> Result<Self, Error> {
        if text.contains(',') {
            // Some of the vendor's SDKs take a list there.
            return Err(Error::invalid(
                variable,
                "it has a comma; give one endpoint",
            ));
        }
        let endpoint = match text.contains("://") {
            true => Self::parse(text, allow_plaintext),
            false => Self::parse(&format!("https://{text}"), allow_plaintext),
        };
        endpoint.map_err(|error| match error {
            Error::InvalidInput { problem, .. } => Error::invalid(variable, problem),
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
}

fn check_region(region: &str) -> Result<(), Error> {
    let known_form = !region.is_empty()
        && region.len() <= 63
        && region
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if known_form {
        return Ok(());
    }
    Err(Error::invalid(
        "region",
        "a region id is made of lower-case letters, digits and `-`, such as ap-southeast-1",
    ))
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
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

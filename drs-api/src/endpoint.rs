//! Where requests go: a base URL that can't surprise.

use std::net::IpAddr;

use reqwest::Url;

use crate::{Environment, Error};

/// The longest host with a port, in bytes.
const MAX_LENGTH: usize = 300;

/// `scheme://host[:port]`, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    /// Checks a URL; an error calls it `name`.
    pub(crate) fn parse(name: &str, text: &str, allow_plaintext: bool) -> Result<Self, Error> {
        // As it is written: parsed, a line break or `/..` is gone.
        let (scheme, host) = text.split_once("://").unwrap_or_default();
        let scheme = scheme.to_ascii_lowercase();
        let host = host.strip_suffix('/').unwrap_or(host);
        let is_known = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
        let is_host = (1..=MAX_LENGTH).contains(&host.len()) && host.bytes().all(is_known);
        let is_http = ["http", "https"].contains(&scheme.as_str());
        let url = Url::parse(text).ok().filter(|_| is_host && is_http);
        let url = url.ok_or_else(|| {
            let problem = "write scheme, host and port alone, as in \
                           https://drs.ap-southeast-1.myhuaweicloud.com";
            Error::invalid(name, problem)
        })?;
        let problem = match scheme.as_str() {
            "http" if allow_plaintext || is_loopback(&url) => return Ok(Self(url)),
            "http" => "plaintext would show passwords and credentials to the network; use https",
            _ if cfg!(any(feature = "rustls", feature = "native-tls")) => return Ok(Self(url)),
            _ => "https needs TLS: build drs-api with the feature `rustls` or `native-tls`",
        };
        Err(Error::invalid(name, problem))
    }

    /// The same, and https if the scheme is missing, as the vendor's SDKs read their variables.
    pub(crate) fn named(name: &str, text: &str, allow_plaintext: bool) -> Result<Self, Error> {
        let scheme = if text.contains("://") { "" } else { "https://" };
        Self::parse(name, &format!("{scheme}{text}"), allow_plaintext)
    }

    /// The endpoint of DRS in a region: what the environment says, or that of the pattern.
    pub(crate) fn of_region(
        region: &str,
        environment: &Environment,
        allow_plaintext: bool,
    ) -> Result<Self, Error> {
        let by_pattern = Self::of_service("drs", region)?;
        let region = region.to_ascii_uppercase().replace('-', "_");
        let variable = format!("HUAWEICLOUD_SDK_REGION_DRS_{region}");
        match environment.text(&variable)? {
            Some(endpoint) => Self::named(&variable, &endpoint, allow_plaintext),
            None => Ok(by_pattern),
        }
    }

    /// By a pattern with one exception. Regions are not checked against a list.
    pub(crate) fn of_service(service: &str, region: &str) -> Result<Self, Error> {
        let is_known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !(1..=63).contains(&region.len()) || !region.bytes().all(is_known) {
            return Err(Error::invalid(
                "region",
                "a region id is made of lower-case letters, digits and `-`, such as ap-southeast-1",
            ));
        }
        let domain = match region {
            "eu-west-101" => "myhuaweicloud.eu",
            _ => "myhuaweicloud.com",
        };
        Self::parse(
            "region",
            &format!("https://{service}.{region}.{domain}"),
            false,
        )
    }

    /// Without the final slash, as the generated code takes it.
    pub(crate) fn base_url(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The URL of a path there, which is encoded already.
    pub(crate) fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }

    pub(crate) fn is_plaintext(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Its port, the scheme's own included.
    pub(crate) fn port(&self) -> Option<u16> {
        self.0.port_or_known_default()
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address: IpAddr| address.is_loopback())
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
            assert!(
                Endpoint::parse("endpoint", endpoint, false).is_ok(),
                "{endpoint}"
            );
        }
        for endpoint in [
            "http://drs.example.com",
            "http://10.0.0.1",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
        ] {
            assert!(
                Endpoint::parse("endpoint", endpoint, false).is_err(),
                "{endpoint}"
            );
            assert!(
                Endpoint::parse("endpoint", endpoint, true).is_ok(),
                "{endpoint}"
            );
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
            let error = Endpoint::parse("endpoint", endpoint, true)
                .unwrap_err()
                .to_string();
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

//! The proxy that the environment names. It is looked up here, since the HTTP library takes a proxy
//! that it can't use for none and connects directly, lets an empty variable in capitals hide the
//! one in small letters, and knows no ports in `NO_PROXY`.

use std::env;

use reqwest::{NoProxy, Proxy};

use crate::{Error, endpoint::Endpoint};

/// In the order of precedence for `https://`.
const NAMES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The hosts that are reached directly.
const EXCEPT: [&str; 2] = ["NO_PROXY", "no_proxy"];

const ADDRESS: &str = "write it as http://host:port or https://host:port, with a port up to 65535";

/// The proxy for an endpoint with this port. An error shows nothing of the proxy's address, which
/// may hold a password.
pub(super) fn find(port: Option<u16>) -> Result<Option<Proxy>, Error> {
    let set = |name: &&'static str| {
        let value = env::var_os(name).filter(|value| !value.is_empty())?;
        Some((*name, value.into_string().unwrap_or_default()))
    };
    let Some((name, value)) = NAMES.iter().find_map(set) else {
        return Ok(None);
    };
    let proxy = parse(name, &value)?;
    let (name, list) = EXCEPT.iter().find_map(set).unwrap_or_default();
    let hosts = without_ports(&list, port).ok_or_else(|| {
        Error::invalid(
            name,
            "write hosts, each with a port up to 65535 or without, and commas",
        )
    })?;
    Ok(Some(proxy.no_proxy(NoProxy::from_string(&hosts))))
}

/// The proxy at this address, which `name` names.
pub(super) fn parse(name: &str, address: &str) -> Result<Proxy, Error> {
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let (user, host) = rest.rsplit_once('@').unwrap_or(("", rest));
    let must_be_escaped = |c: char| "/?#@\\".contains(c) || c.is_control() || c.is_whitespace();
    if user.contains(must_be_escaped) {
        return Err(Error::invalid(
            name,
            "its user name or password has a character that must be escaped: write `#` as %23, \
             `/` as %2F, `?` as %3F, `@` as %40, `\\` as %5C",
        ));
    }
    let proxy = Endpoint::parse(name, &format!("{scheme}://{host}"), true).ok();
    let proxy = proxy.and_then(|_| Proxy::https(format!("{scheme}://{rest}")).ok());
    proxy.ok_or_else(|| Error::invalid(name, ADDRESS))
}

/// The hosts of a list for an endpoint with this port; empty if a port is not a number.
fn without_ports(list: &str, port: Option<u16>) -> Option<String> {
    let mut hosts = Vec::new();
    for entry in list.split(',').map(str::trim) {
        match entry.rsplit_once(':') {
            // An IPv6 address has more colons, and brackets where a port follows.
            Some((host, of)) if !host.contains(':') || host.ends_with(']') => {
                let of: u16 = of.parse().ok()?;
                hosts.extend((port == Some(of)).then_some(host));
            }
            _ => hosts.push(entry),
        }
    }
    let bare = hosts.iter().map(|host| host.trim_matches(['[', ']']));
    Some(bare.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_url_or_host_and_port() {
        for value in [
            "http://proxy.example.com:3128",
            "https://user:hunter2@proxy.example.com",
            "proxy.example.com:3128",
            "user:p%23@proxy.example.com:3128",
            "127.0.0.1:3128",
            "http://[::1]:3128/",
        ] {
            assert!(parse("P", value).is_ok(), "{value}");
        }
        for (value, problem) in [
            ("socks5://hunter2@proxy", ADDRESS),
            ("ftp://hunter2@proxy", ADDRESS),
            ("http://hunter2@proxy example.com", ADDRESS),
            ("http://", ADDRESS),
            ("/hunter2", ADDRESS),
            ("http://hunter2@proxy:65536", "a port up to 65535"),
            ("http://hunter2@proxy:a", "a port up to 65535"),
            ("http://u:hunter2#@proxy:1", "`#` as %23"),
            ("http://u:hunter2/@proxy:1", "`/` as %2F"),
            ("http://u:hunter2?@proxy:1", "`?` as %3F"),
            ("http://u:1#hunter2@proxy:1", "`#` as %23"),
            ("u:hunter2@x@proxy:1", "`@` as %40"),
        ] {
            let found = parse("P", value).unwrap_err().to_string();
            assert!(found.contains(problem), "{value}: {found}");
            assert!(!found.contains("hunter2"), "{found}");
        }
    }

    #[test]
    fn an_exception_with_a_port_is_one_for_that_port_alone() {
        for (list, hosts) in [
            ("a.example.com, b:443 ,c:80", Some("a.example.com,b")),
            (
                "::1,[::2],[::3]:443,[::4]:80,10.0.0.0/8",
                Some("::1,::2,::3,10.0.0.0/8"),
            ),
            ("fe80::/10,*", Some("fe80::/10,*")),
            ("a:65536", None),
            ("https://a", None),
        ] {
            assert_eq!(without_ports(list, Some(443)).as_deref(), hosts, "{list}");
        }
    }
}

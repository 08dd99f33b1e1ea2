//! The proxy that the environment names. It is looked up here, since the HTTP library takes a proxy
//! that it can't use for none and connects directly, lets an empty variable in capitals hide the
//! one in small letters, and knows no ports in `NO_PROXY`.

use std::{env, ffi::OsString};

use reqwest::{NoProxy, Proxy, Url};

use crate::Error;

/// In the order of precedence for `https://`.
const NAMES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The hosts that are reached directly.
const EXCEPT: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The proxy for an endpoint with this port. An error shows nothing of the proxy's address, which
/// may hold a password.
pub(super) fn find(port: Option<u16>) -> Result<Option<Proxy>, Error> {
    let set = |name: &&'static str| {
        let value = env::var_os(name).filter(|value| !value.is_empty())?;
        Some((*name, value))
    };
    let Some((name, value)) = NAMES.iter().find_map(set) else {
        return Ok(None);
    };
    let proxy = address(value).and_then(|url| Proxy::https(url).map_err(|_| UNUSABLE.to_owned()));
    let proxy = proxy.map_err(|problem| Error::invalid(name, problem))?;
    let Some((name, list)) = EXCEPT.iter().find_map(set) else {
        return Ok(Some(proxy));
    };
    let hosts = list.to_str().and_then(|list| without_ports(list, port));
    let hosts = hosts.ok_or_else(|| {
        Error::invalid(
            name,
            "write hosts, each with a port up to 65535 or without, and commas",
        )
    })?;
    Ok(Some(proxy.no_proxy(NoProxy::from_string(&hosts))))
}

const UNUSABLE: &str = "it names no proxy that can be used; write it as http://host:port or \
                        https://host:port, or unset the variable";

/// The address of a proxy, or what is wrong with it.
fn address(value: OsString) -> Result<Url, String> {
    let value = value.into_string().map_err(|_| UNUSABLE.to_owned())?;
    let (scheme, rest) = value.split_once("://").unwrap_or(("http", &value));
    let (user, host) = rest.rsplit_once('@').unwrap_or(("", rest));
    if user.contains(['/', '?', '#', '@', '\\']) {
        return Err(
            "its user name or password has a character that must be escaped: write `#` as \
                    %23, `/` as %2F, `?` as %3F, `@` as %40, `\\` as %5C"
                .to_owned(),
        );
    }
    let is_odd = |c: char| c.is_control() || c.is_whitespace();
    if host.starts_with(['/', '\\']) || value.contains(is_odd) {
        return Err(UNUSABLE.to_owned());
    }
    match Url::parse(&format!("{scheme}://{rest}")) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Err(e) if e.to_string().contains("port") => {
            Err("its port is not a number up to 65535".to_owned())
        }
        _ => Err(UNUSABLE.to_owned()),
    }
}

/// The hosts of a list for an endpoint with this port; nothing if a port is no number.
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
            assert!(address(value.into()).is_ok(), "{value}");
        }
        for (value, problem) in [
            ("socks5://hunter2@proxy", "names no proxy"),
            ("ftp://hunter2@proxy", "names no proxy"),
            ("http://hunter2@proxy example.com", "names no proxy"),
            ("http://", "names no proxy"),
            ("/hunter2", "names no proxy"),
            ("http://hunter2@proxy:65536", "port is not a number"),
            ("http://hunter2@proxy:a", "port is not a number"),
            ("http://u:hunter2#@proxy:1", "`#` as %23"),
            ("http://u:hunter2/@proxy:1", "`/` as %2F"),
            ("http://u:hunter2?@proxy:1", "`?` as %3F"),
            ("http://u:1#hunter2@proxy:1", "`#` as %23"),
            ("u:hunter2@x@proxy:1", "`@` as %40"),
        ] {
            let found = address(value.into()).unwrap_err();
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

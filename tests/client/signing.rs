//! Is a request signed as the gateway expects?

use drs_api::{Secret, signing::Request};
use drs_tests::ToSign;
use proptest::{collection::vec, option, prelude::*};
use serde::Deserialize;

/// A vector as in the file; the headers are the signed ones.
#[derive(Deserialize)]
struct Vector {
    name: String,
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: std::collections::BTreeMap<String, String>,
    body: String,
    access_secret: String,
    signature: String,
}

type Pairs = Vec<(String, String)>;

fn borrowed(pairs: &Pairs) -> Vec<(&str, &str)> {
    pairs
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect()
}

#[test]
fn the_public_test_vectors_come_out_in_both_implementations() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors/signing.json")).unwrap();
    assert_eq!(vectors.len(), 4);
    for vector in vectors {
        let headers: Pairs = vector.headers.into_iter().collect();
        let request = Request {
            method: &vector.method,
            path: &vector.path,
            query: &borrowed(&vector.query),
            headers: &borrowed(&headers),
            body: vector.body.as_bytes(),
        };
        let signature = request.signature(&Secret::from(vector.access_secret.as_str()));
        assert_eq!(signature.unwrap(), vector.signature, "{}", vector.name);
        let second = ToSign {
            method: &vector.method,
            path: &vector.path,
            query: &vector.query,
            headers: &headers,
            body: vector.body.as_bytes(),
        };
        let signature = second.signature(&vector.access_secret);
        assert_eq!(signature, vector.signature, "{}", vector.name);
    }
}

#[test]
fn each_part_can_be_looked_at() {
    let request = Request {
        method: "get",
        path: "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
        query: &[
            ("marker", "13551d6b-755d-4757-b956-536f674975c0"),
            ("limit", "2"),
        ],
        headers: &[
            ("X-Sdk-Date", "20191115T033655Z"),
            ("Host", "service.region.example.com"),
            ("Content-Type", " application/json "),
        ],
        body: b"",
    };
    insta::assert_snapshot!(format!(
        "{}\n---\n{}\n---\n{}",
        request.canonical_request(),
        request.string_to_sign().unwrap(),
        request
            .authorization(
                "AccessKey",
                &"MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc".into()
            )
            .unwrap(),
    ));
}

/// Random input to sign. The path is not encoded, and has no `%`.
#[derive(Clone, Debug)]
struct MadeUp {
    method: &'static str,
    path: String,
    query: Pairs,
    headers: Pairs,
    body: Vec<u8>,
    key: String,
}

impl MadeUp {
    fn signature(&self) -> String {
        let request = Request {
            method: self.method,
            path: &self.path,
            query: &borrowed(&self.query),
            headers: &borrowed(&self.headers),
            body: &self.body,
        };
        request.signature(&Secret::from(self.key.as_str())).unwrap()
    }

    fn second_signature(&self) -> String {
        let second = ToSign {
            method: self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: &self.body,
        };
        second.signature(&self.key)
    }
}

/// Text with characters that are special in URLs or JSON, or not ASCII.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9_.~-]{0,12}",
        "[ -~]{0,12}",
        "\\PC{0,6}",
        "[密码ü&=+%/?#]{0,4}"
    ]
}

fn made_up() -> impl Strategy<Value = MadeUp> {
    let segment = text().prop_map(|text| text.replace(['/', '%'], ""));
    let path = (vec(segment, 0..5), any::<bool>()).prop_map(|(segments, slash)| {
        let path: String = segments.iter().map(|s| format!("/{s}")).collect();
        path + if slash { "/" } else { "" }
    });
    // Names that are prefixes of others, and names that occur twice.
    let name = prop_oneof!["[a-c]{1,2}", text()];
    let header = ("[a-cA-C][a-c-]{0,2}", "[ -~]{0,12}");
    let hour = 0..24_u32;
    (
        prop_oneof![Just("GET"), Just("PUT"), Just("POST"), Just("DELETE")],
        path,
        vec((name, text()), 0..6),
        (vec(header, 0..6), hour),
        option::of(vec(any::<u8>(), 0..200)),
        "[!-~]{1,100}",
    )
        .prop_map(|(method, path, query, (mut headers, hour), body, key)| {
            headers.push(("X-Sdk-Date".into(), format!("20260102T{hour:02}0405Z")));
            MadeUp {
                method,
                path,
                query,
                headers,
                body: body.unwrap_or_default(),
                key,
            }
        })
}

/// Every byte of a path but its slashes, as `%xx`.
fn all_escaped(path: &str) -> String {
    let escaped = path.bytes().map(|byte| match byte {
        b'/' => "/".to_owned(),
        byte => format!("%{byte:02x}"),
    });
    escaped.collect()
}

proptest! {
    // A failure prints how to reproduce it, so proptest needs no file.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_second_implementation_gives_the_same_signature(request in made_up()) {
        prop_assert_eq!(request.signature(), request.second_signature());
    }

    #[test]
    fn the_order_of_headers_and_query_and_the_case_of_names_are_no_matter(
        (request, headers, query) in made_up().prop_flat_map(|request| {
            let headers = Just(request.headers.clone()).prop_shuffle();
            let query = Just(request.query.clone()).prop_shuffle();
            (Just(request), headers, query)
        }),
    ) {
        let mut other = MadeUp { headers, query, ..request.clone() };
        for (name, value) in &mut other.headers {
            *name = name.to_uppercase();
            *value = format!(" {value}\t");
        }
        prop_assert_eq!(request.signature(), other.signature());
    }

    #[test]
    fn a_slash_at_the_end_of_a_path_is_no_matter_nor_is_its_encoding(request in made_up()) {
        let path = request.path.trim_end_matches('/');
        let with = |path: String| MadeUp { path, ..request.clone() }.signature();
        let signature = with(path.to_owned());
        prop_assert_eq!(&signature, &with(format!("{path}/")));
        prop_assert_eq!(&signature, &with(all_escaped(path)));
    }

    #[test]
    fn whatever_is_changed_changes_the_signature(request in made_up(), byte in any::<u8>()) {
        let signature = request.signature();
        let changed = |change: &dyn Fn(&mut MadeUp)| {
            let mut other = request.clone();
            change(&mut other);
            other.signature() != signature
        };
        prop_assert!(changed(&|r| r.method = "PATCH"));
        prop_assert!(changed(&|r| r.path.insert_str(0, "/x")));
        prop_assert!(changed(&|r| r.query.push(("x".into(), String::new()))));
        prop_assert!(changed(&|r| r.headers.push(("x".into(), String::new()))));
        if request.headers.len() > 1 {
            prop_assert!(changed(&|r| r.headers[0].1.push('x')));
        }
        prop_assert!(changed(&|r| r.body.push(byte)));
        prop_assert!(changed(&|r| r.key.push('x')));
    }
}

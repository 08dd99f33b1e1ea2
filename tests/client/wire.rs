//! What goes over the wire, byte by byte, and what happens to undocumented responses? The examples
//! of the spec are in `tests/spec/examples.rs`.

use std::time::{Duration, UNIX_EPOCH};

use drs_api::{
    AccessKey, Client, Credentials, Error,
    types::{
        BatchModifyDbPwdResp, BatchModifyPwdReq, EndPointType, KerberosVo, Language,
        ModifyPwdEndPoint,
    },
};
use drs_tests::{OneAnswer, ToSign};
use serde_json::Value;

const PROJECT: &str = "054ba152d480d55b2f5dc0069e7ddef0";
const JOB: &str = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";
const TOKEN: &str = "test-token-MIIF";
const SECRET_KEY: &str = "test-secret-key";
const SECURITY_TOKEN: &str = "test-security-token";
const PASSWORD: &str = "test-Passw0rd!";

fn job(end_point_type: EndPointType) -> ModifyPwdEndPoint {
    let job = ModifyPwdEndPoint::builder()
        .job_id(JOB)
        .end_point_type(end_point_type)
        .db_password(PASSWORD);
    job.try_into().unwrap()
}

fn page_example() -> BatchModifyPwdReq {
    let jobs = vec![job(EndPointType::So), job(EndPointType::Ta)];
    BatchModifyPwdReq::builder().jobs(jobs).try_into().unwrap()
}

fn client(endpoint: &str) -> Client {
    Client::builder()
        .endpoint(endpoint)
        .token(TOKEN)
        .build()
        .unwrap()
}

#[test]
fn a_builder_takes_builders_and_str_for_what_may_be_left_out() {
    let built: ModifyPwdEndPoint = ModifyPwdEndPoint::builder()
        .job_id(JOB)
        .end_point_type("so")
        .db_password(PASSWORD)
        .kerberos(KerberosVo::builder().domain_name("EXAMPLE.COM"))
        .try_into()
        .unwrap();
    let domain = built.kerberos.and_then(|kerberos| kerberos.domain_name);
    assert_eq!(domain.as_deref(), Some("EXAMPLE.COM"));
}

#[test]
fn a_builder_says_which_values_a_property_has() {
    let built = ModifyPwdEndPoint::builder()
        .job_id(JOB)
        .end_point_type("source")
        .db_password(PASSWORD);
    let error: Error = ModifyPwdEndPoint::try_from(built).unwrap_err().into();
    let said = error.to_string();
    assert!(
        said.contains("end_point_type: not one of the values: `so`, `ta`"),
        "{said}"
    );
}

/// The bytes of a request, with placeholders for its secrets and port.
async fn request(body: BatchModifyPwdReq, language: Option<Language>) -> String {
    request_with(Credentials::token(TOKEN), body, language).await
}

async fn request_with(
    credentials: Credentials,
    body: BatchModifyPwdReq,
    language: Option<Language>,
) -> String {
    let server = OneAnswer::serve("200 OK", "", "{}").await.unwrap();
    let client = Client::builder()
        .endpoint(&server.endpoint)
        .credentials(credentials)
        .build()
        .unwrap();
    let mut call = client.batch_reset_password().project_id(PROJECT).body(body);
    if let Some(language) = language {
        call = call.x_language(language);
    }
    call.send().await.unwrap();
    let port = server.endpoint.rsplit(':').next().unwrap().to_owned();
    let request = server.received().await.unwrap();
    let signature = signature(&request);
    [
        (signature.as_str(), "[signature]"),
        (SECURITY_TOKEN, "[security token]"),
        (TOKEN, "[token]"),
        (PASSWORD, "[password]"),
        (&port, "[port]"),
    ]
    .into_iter()
    .filter(|(secret, _)| !secret.is_empty())
    .fold(request, |text, (secret, shown)| text.replace(secret, shown))
}

/// The expected signature of a request, by a second implementation, or an empty text if it is not
/// signed. It includes the port, which changes with each run.
fn signature(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let target = lines.next().unwrap();
    let headers: Vec<_> = lines.map(|line| line.split_once(": ").unwrap()).collect();
    let Some((_, authorization)) = headers.iter().find(|(name, _)| *name == "authorization") else {
        return String::new();
    };
    let (_, names) = authorization.split_once("SignedHeaders=").unwrap();
    let names: Vec<_> = names.split_once(',').unwrap().0.split(';').collect();
    let signed = headers.iter().filter(|(name, _)| names.contains(name));
    let to_sign = ToSign {
        method: "PUT",
        path: target.split(' ').nth(1).unwrap(),
        query: &[],
        headers: &signed
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect::<Vec<_>>(),
        body: body.as_bytes(),
    };
    to_sign.signature(SECRET_KEY)
}

/// An access key that signs at a fixed time.
fn access_key() -> AccessKey {
    let clock = || UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    AccessKey::new("test-access-key", SECRET_KEY).clock(clock)
}

#[tokio::test]
async fn a_signed_request_names_what_is_signed_and_carries_no_secret_key() {
    let request = request_with(access_key().into(), page_example(), None).await;
    assert!(!request.contains(SECRET_KEY));
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn a_temporary_key_and_a_language_are_signed_too() {
    let credentials = access_key().security_token(SECURITY_TOKEN);
    let language = Some(Language::ZhCn);
    insta::assert_snapshot!(request_with(credentials.into(), page_example(), language).await);
}

#[tokio::test]
async fn a_language_is_one_more_header() {
    insta::assert_snapshot!(request(page_example(), Some(Language::ZhCn)).await);
}

/// The names of a request's headers.
fn names(request: &str) -> Vec<String> {
    let head = request.split("\r\n\r\n").next().unwrap();
    let mut names: Vec<_> = head
        .lines()
        .skip(1)
        .map(|line| line.split(':').next().unwrap().to_ascii_lowercase())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_request_has_no_other_headers_than_these() {
    let mut expected = vec![
        "accept",
        "accept-encoding",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-auth-token",
    ];
    assert_eq!(names(&request(page_example(), None).await), expected);
    expected.push("x-language");
    assert_eq!(
        names(&request(page_example(), Some(Language::EnUs)).await),
        expected
    );
}

#[tokio::test]
async fn a_signed_request_has_the_headers_of_the_other_but_for_the_credentials() {
    let mut expected = names(&request(page_example(), Some(Language::EnUs)).await);
    expected.retain(|name| name != "x-auth-token");
    expected.extend(["authorization", "x-sdk-date", "x-project-id"].map(str::to_owned));
    expected.sort();
    let signed = |key: AccessKey| async {
        let language = Some(Language::EnUs);
        names(&request_with(key.into(), page_example(), language).await)
    };
    assert_eq!(signed(access_key()).await, expected);
    expected.push("x-security-token".into());
    expected.sort();
    let temporary = access_key().security_token(SECURITY_TOKEN);
    assert_eq!(signed(temporary).await, expected);
}

/// What a call makes of a response.
async fn answer(status: &str, body: &str) -> Result<BatchModifyDbPwdResp, Error> {
    let headers = "content-type: application/json\r\nx-request-id: header-id\r\n";
    let server = OneAnswer::serve(status, headers, body).await.unwrap();
    let client = client(&server.endpoint);
    let call = client
        .batch_reset_password()
        .project_id(PROJECT)
        .body(page_example());
    Ok(call.send().await?.into_inner())
}

#[tokio::test]
async fn an_answer_that_no_one_documented_is_kept() {
    let flat = r#"{"error_msg":"Incorrect IAM authentication information","error_code":"APIGW.0301","request_id":"body-id"}"#;
    let iam = r#"{"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}"#;
    let html = "<html><body><h1>502 Bad Gateway</h1></body></html>";
    let mut shown = String::new();
    for (status, body) in [
        ("401 Unauthorized", flat),
        ("401 Unauthorized", iam),
        (
            "202 Accepted",
            r#"{"error_code":"DRS.M01504","error_msg":"Another operation is under way."}"#,
        ),
        ("502 Bad Gateway", html),
        ("200 OK", html),
        ("200 OK", r#"{"count":"2"}"#),
        ("400 Bad Request", r#"{"results":7}"#),
        ("200 OK", ""),
    ] {
        let error = answer(status, body).await.unwrap_err();
        shown += &format!("{status} {body}\n  {error}\n\n");
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn an_unknown_enum_value_is_no_error() {
    let body = r#"{"results":[{"status":"pending","end_point_type":"both"}]}"#;
    let results = answer("200 OK", body).await.unwrap().results.unwrap();
    let status = results[0].status.as_ref().unwrap();
    assert_eq!(status.as_str(), "pending");
    assert_eq!(
        serde_json::to_value(status).unwrap(),
        Value::from("pending")
    );
}

#[tokio::test]
async fn null_for_results_is_no_error() {
    let answer = answer("200 OK", r#"{"results":null,"count":0}"#)
        .await
        .unwrap();
    assert!(answer.results.is_none());
}

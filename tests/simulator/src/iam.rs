//! IAM's `POST /v3/auth/tokens`: a token for a name and a password.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock::iam_date;
use crate::problem::{Code, Language, Problem};
use crate::service::{Service, answer};

/// Where tokens are asked for.
pub(crate) const PATH: &str = "/v3/auth/tokens";

pub(crate) async fn issue(State(service): State<Arc<Service>>, body: Bytes) -> Response {
    match try_issue(&service, &body) {
        Ok(response) => response,
        Err(code) => {
            // IAM's errors have no language.
            let problem = Problem::from(code);
            answer(problem.status(), problem.body(Language::English, ""))
        }
    }
}

fn try_issue(service: &Service, body: &[u8]) -> Result<Response, Code> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Code::IamCannotRead)?;
    let identity = &body["auth"]["identity"];
    let user = &identity["password"]["user"];
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(Code::IamCannotRead);
    let (name, password) = (text(&user["name"])?, text(&user["password"])?);
    let domain = text(&user["domain"]["name"])?;
    if identity["methods"] != json!(["password"]) {
        return Err(Code::IamCannotRead);
    }
    let access = &service.access;
    let is_known = access.users.iter().any(|user| {
        user.name == name && user.password.expose() == password && user.domain == domain
    });
    if !is_known {
        return Err(Code::IamUnknownUser);
    }
    // A token for another project would be of no use; IAM knows no such project either.
    let project = text(&body["auth"]["scope"]["project"]["id"])?;
    if project != service.project_id {
        return Err(Code::IamUnknownUser);
    }
    let now = access.clock.now();
    let (token, until) = access.tokens().issue(now, access.lifetime);
    let body = json!({"token": {
        "issued_at": iam_date(now),
        "expires_at": iam_date(until),
        "methods": ["password"],
        "project": {"id": project},
        "user": {"name": name, "domain": {"name": domain}},
    }});
    let mut response = answer(201, body);
    if let Ok(mut token) = HeaderValue::try_from(token) {
        token.set_sensitive(true);
        response.headers_mut().insert("x-subject-token", token);
    }
    Ok(response)
}

//! IAM: tokens for a name and password, and the projects of the account.

use http::HeaderName;
use serde_json::{Value, json};

use crate::access::Access;
use crate::answer::Answer;
use crate::clock::iam_date;
use crate::percent::percent_decode;
use crate::problem::{Code, Language, Problem};
use crate::signature::Signed;

/// A project of the account, named after its region.
#[derive(Clone)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// Responds to requests for IAM.
pub(crate) fn respond(
    access: &Access,
    projects: &[Project],
    request: &Signed<'_>,
) -> Option<Answer> {
    let answer = match (request.method, request.path) {
        ("POST", "/v3/auth/tokens") => issue(access, projects, request.body),
        ("GET", "/v3/projects") => list(access, projects, request),
        _ => return None,
    };
    // IAM's errors are in one language only.
    Some(answer.unwrap_or_else(|problem| problem.answer(Language::English, "")))
}

fn issue(access: &Access, projects: &[Project], body: &[u8]) -> Result<Answer, Problem> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Code::IamCannotRead)?;
    let identity = &body["auth"]["identity"];
    let user = &identity["password"]["user"];
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(Code::IamCannotRead);
    let (name, password) = (text(&user["name"])?, text(&user["password"])?);
    let domain = text(&user["domain"]["name"])?;
    if identity["methods"] != json!(["password"]) {
        return Err(Code::IamCannotRead.into());
    }
    let is_known = access.users.iter().any(|user| {
        user.name == name && user.password.expose() == password && user.domain == domain
    });
    if !is_known {
        return Err(Code::IamUnknownUser.into());
    }
    let scope = &body["auth"]["scope"]["project"];
    let (by_id, wanted) = match scope.get("id") {
        Some(id) => (true, text(id)?),
        None => (false, text(&scope["name"])?),
    };
    // A token for another project would be useless.
    let own = projects.first().filter(|project| {
        let given = if by_id { &project.id } else { &project.name };
        *given == wanted
    });
    let own = own.ok_or(Code::IamUnknownUser)?;
    let now = access.clock.now();
    let (token, until) = access.tokens().issue(now, access.lifetime);
    let body = json!({"token": {
        "issued_at": iam_date(now),
        "expires_at": iam_date(until),
        "methods": ["password"],
        "project": {"id": own.id, "name": own.name},
        "user": {"name": name, "domain": {"name": domain}},
    }});
    let header = HeaderName::from_static("x-subject-token");
    Ok(Answer::json(201, &body).header(header, &token))
}

/// The projects of a token or access key, filtered by this name.
fn list(access: &Access, projects: &[Project], request: &Signed<'_>) -> Result<Answer, Problem> {
    access.admit_to_iam(request)?;
    let decode = |text: &str| percent_decode(&text.replace('+', " "));
    let pairs = request.query.split('&').filter_map(|p| p.split_once('='));
    let name = pairs
        .filter(|(key, _)| *key == "name")
        .map(|(_, value)| decode(value))
        .next_back();
    let found = projects.iter().filter(|project| {
        let name = name.as_deref();
        name.is_none_or(|name| name == project.name.as_bytes())
    });
    let found: Vec<Value> = found
        .map(|project| json!({"id": project.id, "name": project.name, "enabled": true}))
        .collect();
    Ok(Answer::json(200, &json!({ "projects": found })))
}

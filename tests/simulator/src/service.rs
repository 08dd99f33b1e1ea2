//! The service itself: who may ask, what becomes of each item, and the answer. It knows nothing
//! of connections and faults.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on, post};
use axum::{Extension, Json, Router};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::access::Access;
use crate::change::{self, Change};
use crate::iam;
use crate::problem::{Code, Language, Problem};
use crate::signature::Signed;
use crate::spec::{Mismatch, Spec};
use crate::store::Store;
use crate::throttle::Throttled;

/// How the refusal of an item is answered.
///
/// The vendor's page documents the result of each item inside a 200, so that is the default. The
/// other two are there because public clients show that the service's sibling endpoints answer so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refusal {
    /// A 200 with one result for each item; the other items are changed.
    #[default]
    PerItem,
    /// A flat 400 with the first refused item's code; nothing is changed.
    WholeRequest,
    /// A 400 whose `results` hold the refused items alone; nothing is changed.
    Batch400,
}

/// How a token that is not accepted is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvalidToken {
    /// By the service: 403 with `DRS.M00100`.
    #[default]
    Service403,
    /// By the API gateway: 401 with `APIGW.0301`.
    Gateway401,
    /// By IAM: 401 with `{"error": {"code", "message", "title"}}`.
    Iam401,
}

pub(crate) struct Service {
    pub(crate) spec: Spec,
    pub(crate) project_id: String,
    pub(crate) refusal: Refusal,
    pub(crate) access: Access,
    pub(crate) store: Mutex<Store>,
}

/// What is known of a request before the service sees it.
#[derive(Clone)]
pub(crate) struct Passage {
    pub(crate) request_id: String,
    /// The body was over the gateway's limit and is not here.
    pub(crate) too_large: bool,
    pub(crate) throttled: Option<Throttled>,
    /// Whether changes are stored. If not, the answer is the one that would have been given.
    pub(crate) store: bool,
}

/// In the extensions of an answer: how many items were stored.
#[derive(Clone, Copy)]
pub(crate) struct Stored(pub(crate) usize);

impl Service {
    pub(crate) fn router(self: Arc<Self>) -> Result<Router, String> {
        let method = axum::http::Method::from_bytes(self.spec.method.as_bytes())
            .ok()
            .and_then(|method| MethodFilter::try_from(method).ok())
            .ok_or("the spec's method can't be routed")?;
        let path = self.spec.path.clone();
        // The gateway looks an API up by method and path, and knows no 405.
        Ok(Router::new()
            .route(&path, on(method, batch_reset_password))
            .route(iam::PATH, post(iam::issue))
            .fallback(no_such_api)
            .method_not_allowed_fallback(no_such_api)
            .layer(DefaultBodyLimit::disable())
            .with_state(self))
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The gateway's checks, then the service's, in the order in which a request meets them.
    fn admit(
        &self,
        project_id: Option<&str>,
        request: &Signed<'_>,
        passage: &Passage,
    ) -> Result<(), Problem> {
        if passage.too_large {
            return Err(Code::TooLarge.into());
        }
        if passage.throttled.is_some() {
            return Err(Code::Throttled.into());
        }
        self.access.admit(request)?;
        let headers = request.headers;
        // A token is for a project; a signature names its project in a header.
        let is_signed = headers.contains_key(header::AUTHORIZATION);
        let named = headers.get("x-project-id").map(HeaderValue::as_bytes);
        if project_id != Some(&self.project_id)
            || (is_signed && named != Some(self.project_id.as_bytes()))
        {
            return Err(Code::InvalidProject.into());
        }
        if !is_json(headers) {
            return Err(Code::WrongContentType.into());
        }
        Ok(())
    }

    /// Judges each item, stores what is to be stored, and gives status and body of the answer.
    fn carry_out(&self, changes: &[Change], language: Language, store: bool) -> Outcome {
        let mut held = self.store();
        let refusals: Vec<Option<Code>> = changes
            .iter()
            .map(|change| held.refusal(&change.job_id))
            .collect();
        let first = refusals.iter().flatten().next().copied();
        let status = match (first, self.refusal) {
            (None, _) | (_, Refusal::PerItem) => 200,
            (Some(code), Refusal::WholeRequest) => return Outcome::refused(code),
            (Some(code), Refusal::Batch400) => code.status(),
        };
        let judged = changes.iter().zip(refusals);
        let mut results = Vec::with_capacity(changes.len());
        let mut stored = 0;
        for (change, refusal) in judged {
            match refusal {
                Some(code) => results.push(json!({
                    "id": change.job_id,
                    "status": "failed",
                    "end_point_type": change.side.as_str(),
                    "error_code": code.as_str(),
                    "error_msg": code.message(language),
                })),
                // A batch-shaped 400 says nothing of the others, and leaves them as they were.
                None if status != 200 => {}
                None => {
                    if store {
                        held.change(change);
                        stored += 1;
                    }
                    results.push(json!({
                        "id": change.job_id,
                        "status": "success",
                        "end_point_type": change.side.as_str(),
                    }));
                }
            }
        }
        Outcome::Answered {
            status,
            body: json!({"count": results.len(), "results": results}),
            stored,
        }
    }
}

enum Outcome {
    Refused(Problem),
    Answered {
        status: u16,
        body: Value,
        stored: usize,
    },
}

impl Outcome {
    fn refused(problem: impl Into<Problem>) -> Self {
        Self::Refused(problem.into())
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    let essence = value
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

async fn batch_reset_password(
    State(service): State<Arc<Service>>,
    project_id: Result<Path<String>, PathRejection>,
    Extension(passage): Extension<Passage>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    body: Bytes,
) -> Response {
    let language = Language::of(&headers);
    let project_id = project_id.ok().map(|Path(id)| id);
    let request = Signed {
        method: method.as_str(),
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        headers: &headers,
        body: &body,
    };
    let outcome = match service
        .admit(project_id.as_deref(), &request, &passage)
        .and_then(|()| change::read(&service.spec, &body))
    {
        Ok(changes) => service.carry_out(&changes, language, passage.store),
        Err(problem) => Outcome::Refused(problem),
    };
    let (status, body, stored) = match outcome {
        Outcome::Refused(problem) => {
            let body = problem.body(language, &passage.request_id);
            (problem.status(), body, 0)
        }
        Outcome::Answered {
            status,
            body,
            stored,
        } => (status, body, stored),
    };
    let mut response = match service.spec.check_answer(status, &body) {
        Ok(()) => answer(status, body),
        Err(mismatch) => broke_the_spec(status, &mismatch, language),
    };
    if let Some(Throttled(Some(retry_after))) = passage.throttled
        && response.status() == StatusCode::TOO_MANY_REQUESTS
        && let Ok(value) = HeaderValue::try_from(retry_after)
    {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response.extensions_mut().insert(Stored(stored));
    response
}

/// A test must see that the simulator and the spec disagree, so it becomes an error.
fn broke_the_spec(status: u16, mismatch: &Mismatch, language: Language) -> Response {
    let place = format!("the {status} at /{} ({})", mismatch.place, mismatch.keyword);
    let problem = Code::BrokeTheSpec.at(place);
    answer(problem.status(), problem.body(language, ""))
}

async fn no_such_api(Extension(passage): Extension<Passage>, headers: HeaderMap) -> Response {
    let problem = Problem::from(Code::NoSuchApi);
    let body = problem.body(Language::of(&headers), &passage.request_id);
    answer(problem.status(), body)
}

pub(crate) fn answer(status: u16, body: Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}

//! The service: finds the operation, checks the caller, and calls the behaviour. It knows nothing
//! of connections and faults.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};

use crate::access::Access;
use crate::answer::Answer;
use crate::change;
use crate::fault::Stores;
use crate::iam::{self, Project};
use crate::metadata::Metadata;
use crate::password_change;
use crate::problem::{Code, Language, Problem};
use crate::refusal::Refusal;
use crate::signature::Signed;
use crate::spec::{Call, Mismatch, Spec};
use crate::store::Store;
use crate::task_operations;
use crate::throttle::Throttled;

pub(crate) struct Service {
    pub(crate) spec: Spec,
    pub(crate) project_id: String,
    /// All projects of the account; the first has the tasks.
    pub(crate) projects: Vec<Project>,
    pub(crate) refusal: Refusal,
    pub(crate) access: Access,
    pub(crate) store: Mutex<Store>,
    pub(crate) metadata: Option<Metadata>,
}

/// What is known of a request before it reaches the service.
pub(crate) struct Passage {
    pub(crate) request_id: String,
    /// The body exceeded the gateway's limit and was discarded.
    pub(crate) too_large: bool,
    pub(crate) throttled: Option<Throttled>,
    /// The items to store. The response is the same for the rest.
    pub(crate) stores: Stores,
}

impl Service {
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Responds to a request.
    pub(crate) fn respond(&self, head: &Parts, body: &[u8], passage: &Passage) -> Answer {
        let request = Signed {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            headers: &head.headers,
            body,
        };
        if let Some(answer) = iam::respond(&self.access, &self.projects, &request) {
            return answer;
        }
        let metadata = self.metadata.as_ref();
        if let Some(answer) = metadata.and_then(|m| m.respond(&request, &self.access)) {
            return answer;
        }
        let language = Language::of(&head.headers);
        let answer = match self.operate(&request, passage, language) {
            Ok(answer) => answer,
            Err(problem) => problem.answer(language, &passage.request_id),
        };
        match &passage.throttled {
            Some(Throttled(Some(retry_after))) if answer.status == 429 => {
                answer.header(header::RETRY_AFTER, retry_after)
            }
            _ => answer,
        }
    }

    fn operate(
        &self,
        request: &Signed<'_>,
        passage: &Passage,
        language: Language,
    ) -> Result<Answer, Problem> {
        // The gateway looks up an API by method and path, and has no 405.
        let call = self.spec.find(request.method, request.path);
        let call = call.ok_or(Code::NoSuchApi)?;
        self.admit(&call, request, passage)?;
        let (operation, refusal, stores) = (call.operation, self.refusal, passage.stores);
        let (status, body, stored) = match operation.id.as_str() {
            password_change::OPERATION => {
                let changes = change::read(operation, request.body)?;
                let mut held = self.store();
                password_change::carry_out(&mut held, &changes, refusal, language, stores)?
            }
            task_operations::LIST => {
                let body = operation.read_body(request.body)?;
                let listed = task_operations::list(&self.store(), &body, refusal, language)?;
                (listed.0, listed.1, 0)
            }
            task_operations::RETRY => {
                let body = operation.read_body(request.body)?;
                let mut held = self.store();
                task_operations::retry(&mut held, &body, refusal, language, stores)?
            }
            id => {
                call.check(request)?;
                match operation.success() {
                    Some((status, Some(body))) => (status, body.clone(), 0),
                    Some((status, None)) => return Ok(Answer::empty(status)),
                    None => {
                        let place = format!("the spec has no example of a success of {id}");
                        return Err(Code::BrokeTheSpec.at(place));
                    }
                }
            }
        };
        let checked = call.operation.check_answer(status, &body);
        checked.map_err(|mismatch| broke_the_spec(status, &mismatch))?;
        let mut answer = Answer::json(status, &body);
        answer.stored = stored;
        Ok(answer)
    }

    /// The gateway's checks, then the service's, in the real order.
    fn admit(
        &self,
        call: &Call<'_>,
        request: &Signed<'_>,
        passage: &Passage,
    ) -> Result<(), Problem> {
        if passage.too_large {
            return Err(Code::TooLarge.into());
        }
        if passage.throttled.is_some() {
            return Err(Code::Throttled.into());
        }
        let headers = request.headers;
        if call.operation.needs_credentials {
            self.access.admit(request)?;
        }
        if let Some(project_id) = call.project_id() {
            // A token belongs to a project; a signature names its project in a header.
            let is_signed = headers.contains_key(header::AUTHORIZATION);
            let named = headers.get("x-project-id").map(HeaderValue::as_bytes);
            if project_id != self.project_id
                || (is_signed && named != Some(self.project_id.as_bytes()))
            {
                return Err(Code::InvalidProject.into());
            }
        }
        if call.operation.takes(request.body) && !is_json(headers) {
            return Err(Code::WrongContentType.into());
        }
        Ok(())
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    let essence = value
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// A test must notice if the simulator and the spec disagree, so this is an error.
fn broke_the_spec(status: u16, mismatch: &Mismatch) -> Problem {
    let place = format!("the {status} at /{} ({})", mismatch.place, mismatch.keyword);
    Code::BrokeTheSpec.at(place)
}

//! When the service refuses who asks: the token is renewed if it can be, or the run stops.

use std::borrow::Cow;

use crate::{credentials::Renewal, exchange::Exchange};

use super::{
    Event,
    fold::Details,
    reconcile::Findings,
    settle::{Step, Work},
    shared::Shared,
};

/// What an exchange asks for in which the credentials were refused, or could not be had.
pub(super) fn step(exchange: &Exchange, findings: &Findings) -> Step {
    let reason = reason(exchange, findings);
    match exchange.refusal.as_ref().and_then(|r| r.renewable) {
        Some(token) => Step::TokenRefused { token, reason },
        None => Step::CredentialsRefused(reason),
    }
}

/// Says of each end point what to do about the refusal.
pub(super) fn explain(exchange: &Exchange, findings: &mut Findings) {
    let Some(refusal) = &exchange.refusal else {
        return;
    };
    for verdict in &mut findings.verdicts {
        let cause = &mut verdict.details.cause;
        *cause = Some(match cause.take() {
            Some(excerpt) => format!("{}; the answer was {excerpt:?}", refusal.advice).into(),
            None => refusal.advice.clone().into(),
        });
    }
}

/// Asks for another token and says whether there is one; if not, the run is stopped.
pub(super) async fn renewed(shared: &Shared, work: &Work, token: u64, reason: &str) -> bool {
    if shared.is_stopped() {
        return false;
    }
    match shared.client.inner.renew(token).await {
        Renewal::Renewed => {
            shared.emit(|| Event::Again {
                end_points: work.items.len(),
                reason: "the token was refused, and renewed".into(),
                delay: std::time::Duration::ZERO,
            });
            return true;
        }
        Renewal::None => shared.stop(&format!(
            "{reason} (the token source was asked again, and gave no token that is accepted)"
        )),
        Renewal::Failed(failure) => shared.stop(&format!(
            "{reason} (the token source was asked again, and failed: {failure})"
        )),
    }
    false
}

/// Why a run stops.
fn reason(exchange: &Exchange, findings: &Findings) -> String {
    let first = match exchange.status {
        Some(status) => format!(
            "the service refused the credentials: HTTP status {}",
            status.as_u16()
        ),
        None => "no request could be made".to_owned(),
    };
    let verdict = findings.verdicts.first();
    let details = verdict.map_or_else(Details::default, |verdict| verdict.details.clone());
    let cause = details.cause.map(Cow::into_owned);
    let details = [details.error_code, details.error_msg, cause];
    let parts: Vec<String> = std::iter::once(first)
        .chain(details.into_iter().flatten())
        .collect();
    parts.join(", ")
}

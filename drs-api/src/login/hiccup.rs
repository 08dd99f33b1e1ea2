//! A hiccup of a service is not its answer: what was asked is asked once more.

use std::time::Duration;

use crate::Error;

/// How long a service has to recover.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a service may be silent that is asked once more within 10 seconds.
pub(super) const SILENCE: Duration = Duration::from_secs(8);

/// Asks, and once more if the first failure says `again`. Never for a login with a password.
pub(super) async fn twice<T, E, A>(ask: impl Fn() -> A, again: impl Fn(&E) -> bool) -> Result<T, E>
where
    A: Future<Output = Result<T, E>>,
{
    match ask().await {
        Err(error) if again(&error) => {
            tokio::time::sleep(PAUSE).await;
            ask().await
        }
        answer => answer,
    }
}

/// Whether a service failed rather than answered. A host that can't be reached has nothing there.
pub(super) fn is_hiccup(error: &Error) -> bool {
    let is_busy = |status| status == 429 || status >= 500;
    let answer = error.answer();
    matches!(error, Error::AnswerLost(_)) || answer.is_some_and(|answer| is_busy(answer.status))
}

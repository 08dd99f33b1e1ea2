//! What it means when the service refuses to let a request in, and what to do then.

use std::time::SystemTime;

use http::{HeaderMap, StatusCode, header::DATE};

use super::proof::Proof;
use crate::{
    answer::{Body, decode},
    codes::{self, Means, means},
    signing,
};

/// An answer that refuses the credentials: 401 or 403.
#[derive(Clone)]
pub(crate) struct Refusal {
    /// What the cause is, as far as it can be known, and what to do.
    pub(crate) advice: String,
    /// The token or key that was refused, by its number, if another may be asked for.
    pub(crate) renewable: Option<u64>,
}

/// Whether an answer of this status comes from behind the door; a 429 or a 502 may come from
/// before it.
pub(crate) fn shows_acceptance(status: StatusCode) -> bool {
    let refused = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
    status.is_success() || refused.contains(&status)
}

impl Refusal {
    /// What an answer says of the credentials, if it refuses them.
    pub(super) fn of(
        proof: &Proof,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<Self> {
        if ![StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status) {
            return None;
        }
        let text = decode(body);
        let body = Body::read(&text);
        let code = body.code.as_ref().map_or("", |code| code.peek());
        let message = body.message.as_ref().map_or("", |message| message.peek());
        let not_authenticated = is_unauthenticated(status, code);
        let skew = proof.signed_at.and_then(|at| skew(at, headers));
        // Another key would not set the clock.
        let renewable = proof
            .renewable
            .filter(|_| not_authenticated && skew.is_none());
        Some(Self {
            advice: advice(proof, status, code, message, skew),
            renewable,
        })
    }
}

fn is_unauthenticated(status: StatusCode, code: &str) -> bool {
    status == StatusCode::UNAUTHORIZED || means(code) == Means::Unauthenticated
}

fn advice(
    proof: &Proof,
    status: StatusCode,
    code: &str,
    message: &str,
    skew: Option<String>,
) -> String {
    if let Some(row) = codes::of(code).filter(|row| row.means == Means::Forbidden) {
        return row.advice.to_string();
    }
    let not_authenticated = is_unauthenticated(status, code);
    match proof.signed_at {
        _ if !not_authenticated => "the service lets these credentials not in; look at the \
                                    permissions of the IAM user and the state of the account"
            .to_owned(),
        None => "the token is expired or revoked, or not one for \
                                               this region and project; get a new one from IAM \
                                               (it lasts 24 hours, less if the user's password \
                                               or permissions change)"
            .to_owned(),
        Some(_) => skew.unwrap_or_else(|| of_signature(message).to_owned()),
    }
}

/// What the gateway's message says of a signature; a list of its messages is in the vendor's
/// guide to signing, "Common Errors Related to IAM Authentication Information".
fn of_signature(message: &str) -> &'static str {
    let message = message.to_ascii_lowercase();
    if message.contains("reach the limit") || message.contains("locked") {
        "the access key is locked, as it is for 5 minutes after more than five failed signatures \
         in a row; find out who uses it with a wrong secret key, and wait"
    } else if message.contains("signature expired") || message.contains("signature time") {
        "the service took the signature for one of another time: this machine's clock is wrong, \
         or the request was on its way for minutes; set the clock, then run again"
    } else if (words(&message).any(|word| word == "ak") && message.contains("not exist"))
        || message.contains("get secretkey failed")
    {
        "there is no such access key; look for a slip in it, or whether it was deleted, or \
         belongs to another site of the cloud (a temporary one is gone when it expires)"
    } else {
        "the signature was refused: the secret key is not this access key's, or a temporary \
         key's security token is missing or expired; correct it before trying again, for more \
         than five failures in a row lock the access key for 5 minutes"
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
}

/// The difference between the machine's clock and the service's, if it is too large.
fn skew(signed_at: SystemTime, headers: &HeaderMap) -> Option<String> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let date = httpdate::parse_http_date(date).ok()?;
    let (difference, direction) = match signed_at.duration_since(date) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    (difference > signing::MAX_SKEW).then(|| {
        let minutes = difference.as_secs().div_ceil(60);
        format!(
            "the clock of this machine is {minutes} minutes {direction} the service's, and a \
             signature is taken for {} minutes; set the clock",
            signing::MAX_SKEW.as_secs() / 60
        )
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    const TOKEN: Proof = Proof {
        renewable: None,
        signed_at: None,
    };

    fn refusal(proof: Proof, status: u16, code: &str, message: &str) -> Option<Refusal> {
        let body = format!(r#"{{"error_code":"{code}","error_msg":"{message}"}}"#);
        Refusal::of(
            &proof,
            StatusCode::from_u16(status).unwrap(),
            &HeaderMap::new(),
            body.as_bytes(),
        )
    }

    #[test]
    fn each_refusal_names_its_cause() {
        let signed = || Proof {
            signed_at: Some(UNIX_EPOCH),
            ..TOKEN
        };
        let iam = "Incorrect IAM authentication information: ";
        for (proof, status, code, message, cause) in [
            (TOKEN, 403, "DRS.M00100", "", "the token is expired"),
            (
                TOKEN,
                401,
                "APIGW.0301",
                "decrypt token fail",
                "the token is expired",
            ),
            (TOKEN, 401, "", "", "the token is expired"),
            (TOKEN, 403, "DRS.M00261", "", "the project id"),
            (TOKEN, 403, "DRS.M00102", "", "a permission is missing"),
            (TOKEN, 401, "DRS.M00103", "", "a permission is missing"),
            (signed(), 403, "APIGW.0302", "", "a permission is missing"),
            (signed(), 403, "", "", "the state of the account"),
            (
                signed(),
                401,
                "APIGW.0301",
                "verify aksk signature fail",
                "secret key is not",
            ),
            (
                signed(),
                401,
                "APIGW.0301",
                "AK access failed to reach the limit,forbidden",
                "is locked",
            ),
            (
                signed(),
                401,
                "APIGW.0301",
                "Get secretKey failed,ak:***,err:ak not exist",
                "no such access key",
            ),
            (
                signed(),
                401,
                "APIGW.0301",
                "AK xyz does NOT exist",
                "no such access key",
            ),
            (
                signed(),
                401,
                "APIGW.0301",
                "calc aksk signature fail:signature expired, signature time:20211217T064303Z",
                "set the clock",
            ),
        ] {
            let found = refusal(proof, status, code, &format!("{iam}{message}")).unwrap();
            assert!(found.advice.contains(cause), "{message}: {}", found.advice);
        }
    }

    #[test]
    fn other_answers_are_no_refusal() {
        for status in [200, 202, 400, 404, 422, 429, 500, 502] {
            assert!(refusal(TOKEN, status, "DRS.M00261", "").is_none());
        }
    }

    #[test]
    fn another_key_is_asked_for_when_one_is_refused_unless_the_clock_is_wrong() {
        let proof = Proof {
            renewable: Some(7),
            signed_at: Some(UNIX_EPOCH + Duration::from_secs(10_000)),
        };
        for (status, seconds, renewable) in [
            (401, 10_000, Some(7)),
            (401, 17_200, None),
            (403, 10_000, None),
        ] {
            let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
            let headers = HeaderMap::from_iter([(DATE, date.parse().unwrap())]);
            let status = StatusCode::from_u16(status).unwrap();
            let refusal = Refusal::of(&proof, status, &headers, b"{}").unwrap();
            assert_eq!(refusal.renewable, renewable, "{status}, {seconds}");
        }
    }

    #[test]
    fn a_clock_is_named_if_it_is_more_than_fifteen_minutes_off() {
        let date = |seconds| {
            let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
            HeaderMap::from_iter([(DATE, date.parse().unwrap())])
        };
        let signed_at = UNIX_EPOCH + Duration::from_secs(10_000);
        for (seconds, expected) in [
            (10_000, None),
            (10_900, None),
            (9_100, None),
            (10_901, Some("16 minutes behind")),
            (9_099, Some("16 minutes ahead of")),
            (17_200, Some("120 minutes behind")),
        ] {
            let found = skew(signed_at, &date(seconds));
            match expected {
                None => assert_eq!(found, None),
                Some(text) => assert!(found.unwrap().contains(text), "{seconds}"),
            }
        }
        assert_eq!(skew(signed_at, &HeaderMap::new()), None);
    }
}

//! What it means when the service refuses to let a request in, and what to do then.

use std::time::SystemTime;

use http::{HeaderMap, StatusCode, header::DATE};

use crate::{
    answer::{Body, decode},
    codes::{self, Code},
    exchange::{Exchange, Refusal},
    signing,
};

/// What a request was sent with, as far as it matters when it is refused.
#[derive(Clone, Copy, Default)]
pub(crate) struct Proof {
    /// The number of a credential from a source, which may return another.
    pub(crate) renewable: Option<u64>,
    /// The time of its signature; nothing if it had a token.
    pub(crate) signed_at: Option<SystemTime>,
}

/// Whether an answer of this status comes from behind the door; a 429 or a 502 may come from
/// before it.
pub(crate) fn shows_acceptance(status: StatusCode) -> bool {
    let refused = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
    status.is_success() || refused.contains(&status)
}

impl Refusal {
    /// What a response says of the credentials, if it refuses them.
    pub(super) fn of(proof: &Proof, exchange: &Exchange) -> Option<Self> {
        let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
        let status = exchange.status.filter(|status| refused.contains(status))?;
        let text = decode(&exchange.body);
        let body = Body::read(&text);
        let code = body.code.as_ref().map_or("", |code| code.peek());
        let message = body.message.as_ref().map_or("", |message| message.peek());
        let row = codes::of(code).filter(|row| row.code.forbids());
        let is_unauthenticated =
            status == StatusCode::UNAUTHORIZED || Code::of(code) == Some(Code::Unauthenticated);
        let skew = proof.signed_at.and_then(|at| skew(at, &exchange.headers));
        // Another key would not set the clock.
        let renewable = proof.renewable;
        let renewable = renewable.filter(|_| is_unauthenticated && skew.is_none());
        let advice = match (row, skew) {
            (Some(row), _) => row.advice.to_string(),
            _ if !is_unauthenticated => FORBIDDEN.to_owned(),
            _ if proof.signed_at.is_none() => TOKEN.to_owned(),
            (None, Some(skew)) => skew,
            // The gateway's words, by the vendor's guide to signing.
            (None, None) if message.contains("signature time") => CLOCK.to_owned(),
            (None, None) => SIGNATURE.to_owned(),
        };
        Some(Self { advice, renewable })
    }
}

const FORBIDDEN: &str = "the service rejected these credentials; check the permissions of the IAM \
    user and the state of the account";

const TOKEN: &str = "the token is expired or revoked, or not one for this region and project; get \
    a new one from IAM (it lasts 24 hours, less if the user's password or permissions change)";

const CLOCK: &str = "the signature's time is too far from the service's: this machine's clock is \
    wrong, or the request was on its way for minutes; set the clock, then run again";

const SIGNATURE: &str = "the signature was refused, and the message says why: the access key does \
    not exist, the secret key is not this access key's, a temporary key's security token is \
    missing or expired, or the access key is locked; correct it before trying again, for more \
    than five failures in a row lock it for 5 minutes";

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
        let most = signing::MAX_SKEW.as_secs() / 60;
        format!(
            "the clock of this machine is {minutes} minutes {direction} the service's, which \
             accepts signatures for {most} minutes; set the clock"
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
        let exchange = Exchange {
            status: StatusCode::from_u16(status).ok(),
            body: body.into(),
            ..Exchange::default()
        };
        Refusal::of(&proof, &exchange)
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
                "the access key does not exist",
            ),
            (
                signed(),
                401,
                "APIGW.0301",
                "AK xyz does NOT exist",
                "the access key does not exist",
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
            let exchange = Exchange {
                status: StatusCode::from_u16(status).ok(),
                headers,
                body: b"{}".to_vec(),
                ..Exchange::default()
            };
            let refusal = Refusal::of(&proof, &exchange).unwrap();
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

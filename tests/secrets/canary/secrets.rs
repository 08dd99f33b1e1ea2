//! The secrets that must never be shown, everything that contains them, and how values and errors
//! are searched.

use std::fmt::Debug;

use drs_api::{
    AccessKey, Client, ClientBuilder, Credentials, Secret,
    types::{EndPointType, KerberosVo, ModifyPwdEndPoint},
};
use drs_tests::{Leaks, Marked};

pub(crate) const PROJECT: &str = drs_simulator::EXAMPLE_PROJECT;
pub(crate) const TASK: &str = drs_simulator::EXAMPLE_TASK;
pub(crate) const ACCESS_KEY: &str = "AK0123456789";
pub(crate) const TEMPORARY_KEY: &str = "AK9876543210";

/// What must never be shown.
pub(crate) struct Secrets {
    pub(crate) password: Marked,
    /// Another one, without a long run of letters and digits.
    pub(crate) signs: Marked,
    pub(crate) keytab: Marked,
    pub(crate) token: Marked,
    pub(crate) secret_key: Marked,
    pub(crate) security_token: Marked,
    /// Unquoted in a plan.
    pub(crate) number: Marked,
    /// In an endpoint, before the host.
    pub(crate) user_info: Marked,
}

impl Secrets {
    pub(crate) fn new() -> Self {
        // Longer than what is kept of an unreadable response.
        let keytab = "+/=aB3dE6gH9".repeat(100);
        Self {
            password: Marked::new("password", "Zq7LkVx2Bw9T", "\"é\\<&'>% \n$"),
            signs: Marked::of_signs("signs", "q\"7<L&k!2\\x^m4>$Z{9}w|T"),
            keytab: Marked::new("keytab", "Kt5YhNc8Rd3M", &keytab),
            token: Marked::new("token", "Tk4WsJp6Gf1Q", "\"\\<&'>+/="),
            secret_key: Marked::new("secret key", "Sk8RnGz5Pj2V", "+/"),
            security_token: Marked::new("security token", "St6MdHy3Cw9B", "\"\\<&'>+/="),
            number: Marked::new("number", "918273645012", ""),
            user_info: Marked::new("user info", "Up3XvBn7Lm5K", ""),
        }
    }

    pub(crate) fn all(&self) -> [&Marked; 8] {
        [
            &self.password,
            &self.signs,
            &self.keytab,
            &self.token,
            &self.secret_key,
            &self.security_token,
            &self.number,
            &self.user_info,
        ]
    }

    /// Each kind of credentials. Add new ones here, and their secrets above.
    pub(crate) fn credentials(&self) -> Vec<Credentials> {
        let key = |id: &str| AccessKey::new(id, self.secret_key.value());
        let token = self.token.value().to_owned();
        let source = move || std::future::ready(Ok::<_, String>(Secret::from(token.as_str())));
        vec![
            Credentials::token(self.token.value()),
            Credentials::source(source),
            key(ACCESS_KEY).into(),
            key(TEMPORARY_KEY)
                .security_token(self.security_token.value())
                .into(),
        ]
    }

    pub(crate) fn client(&self, endpoint: &str) -> ClientBuilder {
        let credentials = self.credentials().remove(0);
        Client::builder()
            .endpoint(endpoint)
            .credentials(credentials)
    }

    pub(crate) fn end_point(&self, side: EndPointType) -> ModifyPwdEndPoint {
        let kerberos = KerberosVo::builder().key_tab_file(self.keytab.value());
        let kerberos: KerberosVo = kerberos.try_into().unwrap();
        let end_point = ModifyPwdEndPoint::builder()
            .job_id(TASK)
            .end_point_type(side)
            .db_password(self.password.value())
            .kerberos(kerberos);
        end_point.try_into().unwrap()
    }

    pub(crate) fn both(&self) -> Vec<ModifyPwdEndPoint> {
        let mut destination = self.end_point(EndPointType::Ta);
        destination.db_password = self.signs.value().into();
        vec![self.end_point(EndPointType::So), destination]
    }
}

/// Searches a value's `Debug`, on one line and on many.
pub(crate) fn debug(leaks: &mut Leaks, place: &str, value: &impl Debug) {
    leaks.look(&format!("{place}, Debug"), &format!("{value:?}"));
    leaks.look(&format!("{place}, Debug in lines"), &format!("{value:#?}"));
}

/// Searches an error, its sources, and what it converts into.
pub(crate) fn error(leaks: &mut Leaks, place: &str, error: &(dyn std::error::Error + 'static)) {
    let mut next = Some(error);
    while let Some(error) = next {
        leaks.look(&format!("{place}, Display"), &error.to_string());
        debug(leaks, place, &error);
        next = error.source();
    }
}

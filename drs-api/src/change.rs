//! Creates a password change in one line: the way to make one. The generated builder belongs to the
//! raw layer, and is fallible because any property of any schema may be. Compares a change's side
//! with the one that an answer names.

use crate::{
    Secret,
    types::{EndPointType, KerberosVo, ModifyDbPwdEndPointType, ModifyPwdEndPoint},
};

impl ModifyPwdEndPoint {
    /// The new password of one side of a task.
    ///
    /// ```
    /// use drs_api::types::{EndPointType, ModifyPwdEndPoint};
    ///
    /// let job = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";
    /// let change = ModifyPwdEndPoint::new(job, EndPointType::So, "test-Passw0rd");
    /// assert_eq!(change.job_id, job);
    /// ```
    pub fn new(
        job_id: impl Into<String>,
        end_point_type: EndPointType,
        db_password: impl Into<Secret>,
    ) -> Self {
        Self {
            job_id: job_id.into(),
            end_point_type,
            db_password: db_password.into(),
            kerberos: None,
        }
    }

    /// What DRS needs to authenticate with Kerberos, replacing an earlier value.
    ///
    /// ```
    /// use drs_api::{Secret, types::{EndPointType, KerberosVo, ModifyPwdEndPoint}};
    ///
    /// let mut kerberos = KerberosVo::default();
    /// kerberos.user_principal = Some("drs/db.example.com@EXAMPLE.COM".into());
    /// kerberos.key_tab_file = Some(Secret::from("dGVzdC1rZXl0YWI="));
    /// let job = "25df459d-a37c-41b9-bc2b-8c00ba32jb52";
    /// let change = ModifyPwdEndPoint::new(job, EndPointType::So, "test-Passw0rd").kerberos(kerberos);
    /// assert!(change.kerberos.is_some());
    /// ```
    #[must_use]
    pub fn kerberos(mut self, kerberos: KerberosVo) -> Self {
        self.kerberos = Some(kerberos);
        self
    }
}

/// The side as an answer names it.
///
/// ```
/// use drs_api::types::{EndPointType, ModifyDbPwdEndPointType};
///
/// let answered = ModifyDbPwdEndPointType::from(EndPointType::So);
/// assert!(answered == EndPointType::So && answered != EndPointType::Ta);
/// ```
impl From<EndPointType> for ModifyDbPwdEndPointType {
    fn from(side: EndPointType) -> Self {
        side.to_string().as_str().into()
    }
}

impl PartialEq<EndPointType> for ModifyDbPwdEndPointType {
    fn eq(&self, side: &EndPointType) -> bool {
        self.as_str().parse().ok() == Some(*side)
    }
}

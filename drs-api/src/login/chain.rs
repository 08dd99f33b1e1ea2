//! The chain: the first place that has credentials wins.

use super::{agency::Agency, iam::IamUser, profile::Profile};
use crate::{
    AccessKey, AccessKeyFuture, AccessKeySource, Client, ClientBuilder, Credentials, Environment,
    Error,
};

impl Credentials {
    /// The credentials of the first of these places that has any, as the vendor's SDKs look for
    /// them:
    ///
    /// 1. the environment: an access key or a token ([`Environment`]), or a user of IAM in
    ///    `HW_USER_NAME`, `HW_USER_PASSWORD` and `HW_DOMAIN_NAME`;
    /// 2. the profile file ([`Profile`]);
    /// 3. the [agency](Self::agency) of this ECS machine.
    ///
    /// A place that has credentials which can't be used is an error, not a reason to go on. Where
    /// the agency gives no key either, the error of the first request says what each place lacks.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] says what can't be used.
    pub fn default_chain() -> Result<Self, Error> {
        Client::builder().default_chain()
    }
}

impl ClientBuilder {
    /// [`Credentials::default_chain`] from this builder's
    /// [environment](Self::environment), with its settings for IAM.
    ///
    /// # Errors
    /// The same.
    pub fn default_chain(&self) -> Result<Credentials, Error> {
        let environment = self.variables();
        if let Some(user) = environment.iam_user()? {
            return Ok(self.clone().or_region_of_environment()?.iam()?.user(user));
        }
        if environment.has_credentials()? {
            return environment.credentials();
        }
        if let Some(path) = Profile::find(environment)? {
            return Profile::read(&path).map(|profile| profile.credentials);
        }
        Ok(Credentials::access_key_source(LastResort {
            agency: Agency::new(environment)?,
        }))
    }

    /// With the region that the environment has, if none is set.
    fn or_region_of_environment(self) -> Result<Self, Error> {
        match (self.region_id(), self.variables().region()?) {
            (None, Some(region)) => Ok(self.region(region)),
            _ => Ok(self),
        }
    }
}

impl Environment {
    /// The user of IAM that these variables have.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if one of the three variables is missing, or there are other
    /// credentials too.
    pub fn iam_user(&self) -> Result<Option<IamUser>, Error> {
        let [account, name, password] = Self::USER;
        let values = [self.get(account)?, self.get(name)?, self.get(password)?];
        // Terraform's users set the account beside a key.
        if values.iter().skip(1).all(Option::is_none) {
            return Ok(None);
        }
        let named = Self::USER.into_iter().zip(&values);
        let missing = named.filter_map(|(name, value)| value.is_none().then_some(name));
        let missing = missing.collect::<Vec<_>>().join(" and ");
        let [Some(account), Some(name), Some(password)] = values else {
            let problem = format!(
                "a user of IAM needs {missing} too; set what is missing, or unset the rest"
            );
            return Err(Error::invalid("environment", problem));
        };
        if self.has_credentials()? {
            return Err(Error::invalid(
                "environment",
                format!(
                    "{} and an access key or a token are set, two kinds of credentials; unset \
                     one kind",
                    Self::USER[1]
                ),
            ));
        }
        let mut user = IamUser::new(account.expose_secret(), name.expose_secret(), password);
        if let Some(project_id) = self.given_project_id()? {
            user = user.project_id(project_id);
        }
        Ok(Some(user))
    }
}

/// The agency, asked because no other place has credentials.
struct LastResort {
    agency: Agency,
}

impl AccessKeySource for LastResort {
    fn access_key(&self) -> AccessKeyFuture<'_> {
        Box::pin(async {
            let key: Result<AccessKey, _> = self.agency.access_key().await;
            key.map_err(|cause| {
                let text = format!(
                    "no credentials: the environment has none (HUAWEICLOUD_SDK_AK and \
                     HUAWEICLOUD_SDK_SK, HW_AUTH_TOKEN, or HW_USER_NAME), there is no profile \
                     file ~/.huaweicloud/credentials, and {cause}"
                );
                text.into()
            })
        })
    }
}

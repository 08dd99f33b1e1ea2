//! Values that contain secrets, and errors about values.

#![allow(
    clippy::unnecessary_literal_unwrap,
    reason = "these panic on purpose, with a secret in hand"
)]

use drs_api::{
    AccessKey, Client, Credentials, Environment, Error, Secret, signing,
    types::{BatchModifyPwdReq, EndPointType, KerberosVo, ModifyPwdEndPoint},
};
use drs_tests::{Ca, Leaks};

use super::{
    capture::panicking,
    secrets::{ACCESS_KEY, PROJECT, Secrets, TASK, debug, error},
};

pub(crate) fn look(leaks: &mut Leaks, secrets: &Secrets) {
    look_at_values(leaks, secrets);
    look_at_keys(leaks, secrets);
    look_at_serde(leaks, secrets);
    look_at_refusals(leaks, secrets);
    look_at_panics(secrets);
}

fn look_at_values(leaks: &mut Leaks, secrets: &Secrets) {
    let secret = Secret::from(secrets.password.value());
    debug(leaks, "Secret", &secret);
    debug(leaks, "Secret in an Option", &Some(&secret));
    for credentials in secrets.credentials() {
        debug(leaks, "Credentials", &credentials);
        let builder = secrets
            .client("https://drs.example.com")
            .credentials(credentials);
        debug(leaks, "ClientBuilder", &builder);
        let client = builder.build().unwrap();
        debug(leaks, "Client", &client);
        let body = BatchModifyPwdReq::builder().jobs(secrets.both());
        debug(leaks, "builder of BatchModifyPwdReq", &body);
        let call = client.batch_reset_password().project_id(PROJECT).body(body);
        debug(leaks, "BatchResetPassword", &call);
    }
    let builder = secrets.client("https://drs.example.com").region("here");
    let user = builder.iam_user("account", "user", secrets.password.value());
    debug(leaks, "Credentials of a user", &user.unwrap());
    let end_point = secrets.end_point(EndPointType::So);
    debug(leaks, "ModifyPwdEndPoint", &end_point);
    debug(leaks, "KerberosVo", &end_point.kerberos);
    let builder = ModifyPwdEndPoint::builder().db_password(secrets.password.value());
    debug(leaks, "builder of ModifyPwdEndPoint", &builder);
    let kerberos = KerberosVo::builder().key_tab_file(secrets.keytab.value());
    debug(leaks, "builder of KerberosVo", &kerberos);
    let request: BatchModifyPwdReq = BatchModifyPwdReq::builder()
        .jobs(secrets.both())
        .try_into()
        .unwrap();
    debug(leaks, "BatchModifyPwdReq", &request);
    // Incomplete: the task is missing.
    let unfinished = ModifyPwdEndPoint::try_from(builder).unwrap_err();
    error(leaks, "a builder that is not finished", &unfinished);
}

/// Values with secrets from outside a plan.
fn look_at_keys(leaks: &mut Leaks, secrets: &Secrets) {
    let (key, token) = (secrets.secret_key.value(), secrets.security_token.value());
    let access_key = AccessKey::new(ACCESS_KEY, key).security_token(token);
    debug(leaks, "AccessKey", &access_key);
    let date = signing::sdk_date(std::time::UNIX_EPOCH);
    let request = signing::Request {
        method: "PUT",
        path: "/v3",
        query: &[],
        headers: &[("x-sdk-date", &date), ("x-security-token", token)],
        body: secrets.password.value().as_bytes(),
    };
    debug(leaks, "signing::Request", &request);
    let signed = request.authorization(ACCESS_KEY, &key.into()).unwrap();
    leaks.look("Authorization", &signed);
    for (key, token) in [
        (format!("{key}\n"), token.to_owned()),
        (key.to_owned(), format!("{token}\n")),
    ] {
        let environment = Environment::of([
            ("HUAWEICLOUD_SDK_AK", ACCESS_KEY),
            ("HUAWEICLOUD_SDK_SK", &key),
            ("HUAWEICLOUD_SDK_SECURITY_TOKEN", &token),
        ]);
        debug(leaks, "Environment", &environment);
        let refusal = environment.credentials().unwrap_err();
        error(leaks, "an environment that can't be used", &refusal);
        let access_key = AccessKey::new(ACCESS_KEY, key).security_token(token);
        let builder = Client::builder().endpoint("https://drs.example.com");
        let builder = builder.environment(environment).credentials(access_key);
        debug(leaks, "ClientBuilder with an environment", &builder);
        let refusal = builder.build().unwrap_err();
        error(leaks, "an access key that can't be used", &refusal);
    }
}

fn look_at_serde(leaks: &mut Leaks, secrets: &Secrets) {
    let end_point = secrets.end_point(EndPointType::So);
    let secret = Secret::from(secrets.password.value());
    for (place, result) in [
        ("a plan as JSON", serde_json::to_string(&end_point)),
        (
            "a plan as JSON in lines",
            serde_json::to_string_pretty(&secrets.both()),
        ),
        ("a secret as JSON", serde_json::to_string(&secret)),
        (
            "a plan as Value",
            serde_json::to_value(&end_point).map(|v| v.to_string()),
        ),
    ] {
        match result {
            Ok(written) => leaks.look(place, &written),
            Err(refusal) => error(leaks, place, &refusal),
        }
    }
    let number = secrets.number.value();
    let text = serde_json::to_string(secrets.password.value()).unwrap();
    let item =
        |properties: &str| format!(r#"{{"job_id":"{TASK}","end_point_type":"so",{properties}}}"#);
    for plan in [
        item(&format!(r#""db_password":{number}"#)),
        item(&format!(r#""db_password":-{number}"#)),
        item(&format!(r#""db_password":{number}.5"#)),
        item(&format!(r#""db_password":[{number}]"#)),
        item(&format!(r#""db_password":{{"value":{text}}}"#)),
        item(&format!(r#""db_password":{text},"db_password":{text}"#)),
        item(&format!(
            r#""db_password":{text},"kerberos":{{"key_tab_file":{number}}}"#
        )),
        item(&format!(r#""db_password":{text}"#)).replace("\"so\"", "\"xx\""),
        item(&format!(r#""db_password":{text}"#)).replace("}", ""),
        format!("[{text}"),
    ] {
        for result in [
            serde_json::from_str::<ModifyPwdEndPoint>(&plan),
            serde_json::from_reader::<_, ModifyPwdEndPoint>(plan.as_bytes()),
            serde_json::from_str(&plan).and_then(serde_json::from_value::<ModifyPwdEndPoint>),
        ] {
            match result {
                Ok(read) => debug(leaks, "a plan that was read", &read),
                Err(refusal) => error(leaks, "a plan that can't be read", &refusal),
            }
        }
    }
}

fn look_at_refusals(leaks: &mut Leaks, secrets: &Secrets) {
    let client = secrets.client("http://127.0.0.1:1").build().unwrap();
    let refused = |leaks: &mut Leaks, place: &str, result: Result<(), Error>| {
        error(leaks, place, &result.unwrap_err());
    };
    let mut without_task = secrets.end_point(EndPointType::So);
    without_task.job_id.clear();
    for (place, plan) in [
        ("no task", vec![without_task]),
        ("twice", [secrets.both(), secrets.both()].concat()),
    ] {
        refused(
            leaks,
            place,
            client.change_passwords(PROJECT, plan).map(drop),
        );
    }
    let small = drs_api::passwords::Options::default().batch_bytes(100);
    let too_large = client.change_passwords_with(PROJECT, secrets.both(), small);
    refused(leaks, "too large", too_large.map(drop));

    let token = secrets.token.value();
    for token in [
        format!("{token}\r\n"),
        format!("\0{token}"),
        format!("{token}é"),
    ] {
        let builder = Client::builder().endpoint("https://drs.example.com");
        let builder = builder.credentials(Credentials::token(token));
        refused(
            leaks,
            "a token that is not a header",
            builder.build().map(drop),
        );
    }
    let user_info = secrets.user_info.value();
    for endpoint in [
        format!("https://user:{user_info}@drs.example.com"),
        format!("https://{user_info}@drs.example.com/path"),
        format!("https://user:{user_info}@"),
        format!("user:{user_info}@drs.example.com"),
        format!("https://user:{user_info}@drs.example.com\n"),
    ] {
        let builder = secrets.client(&endpoint);
        refused(leaks, "an endpoint", builder.clone().build().map(drop));
        debug(leaks, "ClientBuilder with user info", &builder);
    }
    // An invalid key, and a key without its certificate.
    let key = format!("-----BEGIN PRIVATE KEY-----\n{token}\n-----END PRIVATE KEY-----\n");
    let builder = secrets.client("https://drs.example.com").identity(key);
    error(leaks, "identity", &builder.clone().build().unwrap_err());
    debug(leaks, "ClientBuilder with an identity", &builder);
    let own = reqwest::Client::builder().default_headers(
        [(reqwest::header::COOKIE, user_info.parse().unwrap())]
            .into_iter()
            .collect(),
    );
    let builder = secrets.client("https://drs.example.com");
    let builder = builder.danger_http_client(own.build().unwrap());
    debug(leaks, "ClientBuilder with a client of one's own", &builder);
    debug(leaks, "Client with a client of one's own", &builder.build());
    debug(
        leaks,
        "an authority",
        &secrets.client("").add_root_certificate(Ca::default().pem()),
    );
}

/// The panic of someone who unwraps the wrong thing.
fn look_at_panics(secrets: &Secrets) {
    panicking(|| Err::<(), _>(Secret::from(secrets.password.value())).unwrap());
    panicking(|| Err::<(), _>(secrets.both()).unwrap());
    panicking(|| Ok::<_, ()>(secrets.end_point(EndPointType::So)).expect_err("an error"));
    panicking(|| {
        let builder = secrets.client("http://drs.example.com");
        builder.build().unwrap()
    });
    panicking(|| {
        let token = format!("{}\n", secrets.token.value());
        Client::builder()
            .endpoint("https://a.example")
            .token(token)
            .build()
            .unwrap()
    });
    panicking(|| serde_json::to_string(&secrets.both()).unwrap());
    panicking(|| {
        let number = secrets.number.value();
        serde_json::from_str::<Secret>(number).unwrap()
    });
    panicking(|| panic!("{:?}", secrets.client("https://drs.example.com")));
}

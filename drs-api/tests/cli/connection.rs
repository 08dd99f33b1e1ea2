//! Connections that fail: the message says what a command line can do about it.

use std::process::Command;

use crate::{
    scene::{PLAN, RUN, Ran, Scene},
    tls::{Ca, Certified, TlsFront},
};

const TLS: &str = "drs change-passwords --retries 0";

/// A simulator behind TLS with a certificate for this machine.
struct Front {
    scene: Scene,
    front: TlsFront,
    _runtime: tokio::runtime::Runtime,
}

impl Front {
    fn new(name: &str, certified: Certified, ca: &Ca) -> Self {
        let scene = Scene::new(name)
            .file("plan.yaml", PLAN)
            .file("ca.pem", ca.pem());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let backend = scene.simulator.endpoint();
        let front = TlsFront::start(certified, &backend);
        let front = runtime.block_on(front).unwrap();
        Self {
            scene,
            front,
            _runtime: runtime,
        }
    }

    fn run(&mut self, variables: &str, options: &str) -> Ran {
        let endpoint = &self.front.endpoint;
        let line = format!("{variables} {TLS} --endpoint {endpoint} {options} plan.yaml");
        self.scene.run(&line)
    }
}

fn says(ran: &Ran, parts: &[&str]) {
    for part in parts {
        assert!(ran.stdout.contains(part), "{part}\n{}", ran.stdout);
    }
    assert_eq!(ran.code, Some(3));
}

#[test]
fn an_authority_of_ones_own_is_trusted_by_an_option_or_a_variable_and_else_both_are_named() {
    let ca = Ca::default();
    let mut front = Front::new("tls-ca", ca.certify(&["127.0.0.1"]), &ca);
    // Other certificates than this one's.
    front.scene = std::mem::replace(&mut front.scene, Scene::new("tls-none"))
        .file("other.pem", Ca::default().pem());
    let other = "SSL_CERT_FILE=other.pem";
    says(
        &front.run(other, ""),
        &["\nConnection: ", "--ca-bundle FILE", "SSL_CERT_FILE"],
    );
    assert_eq!(front.scene.simulator.connection_count(), 0);
    assert_eq!(front.run(other, "--ca-bundle ca.pem").code, Some(0));
    assert_eq!(front.run("SSL_CERT_FILE=ca.pem", "").code, Some(0));
}

#[test]
fn no_message_of_the_tool_names_rust() {
    let ca = Ca::default();
    let mut front = Front::new("tls-rust", ca.certify(&["127.0.0.1"]), &ca);
    front.scene = std::mem::replace(&mut front.scene, Scene::new("tls-none-2"))
        .file("empty.pem", "")
        .file("other.pem", Ca::default().pem());
    let help = front.scene.run("drs change-passwords --help").stdout;
    for name in ["SSL_CERT_FILE", "HTTPS_PROXY", "NO_PROXY", "--ca-bundle"] {
        assert!(help.contains(name), "{name}");
    }
    let plaintext = format!("{TLS} --endpoint http://drs.example.com plan.yaml");
    let plaintext = front.scene.run(&plaintext);
    for ran in [
        front.run("SSL_CERT_FILE=other.pem", ""),
        front.run("", "--ca-bundle empty.pem"),
        front.run("HW_AUTH_TOKEN=", ""),
        plaintext,
    ] {
        let text = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!text.contains("::"), "{text}");
        assert!(!text.contains("add_root_certificate"), "{text}");
    }
}

#[test]
fn a_ca_bundle_without_a_certificate_is_refused_by_its_name() {
    let mut scene = Scene::new("tls-bundle")
        .file("plan.yaml", PLAN)
        .file("empty.pem", "");
    for (file, problem) in [
        ("empty.pem", "it contains no certificate"),
        ("missing.pem", "it can't be read"),
    ] {
        let line = "drs change-passwords --region ap-southeast-1 --ca-bundle";
        let ran = scene.run(&format!("{line} {file} plan.yaml"));
        assert_eq!(ran.code, Some(2));
        let expected = format!("drs: {file}: {problem}");
        assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
    }
}

/// Only on Linux do variables name the files of certificates.
#[cfg(target_os = "linux")]
#[test]
fn a_machine_without_trusted_certificates_is_told_to_install_some() {
    let ca = Ca::default();
    let mut front = Front::new("tls-empty", ca.certify(&["127.0.0.1"]), &ca);
    front.scene =
        std::mem::replace(&mut front.scene, Scene::new("tls-none-3")).file("empty.pem", "");
    let none = "SSL_CERT_FILE=empty.pem SSL_CERT_DIR=nowhere";
    let ran = front.run(none, "");
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    for part in ["ca-certificates", "--ca-bundle FILE", "SSL_CERT_FILE"] {
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
    assert_eq!(front.run(none, "--ca-bundle ca.pem").code, Some(0));
}

#[test]
fn a_certificate_for_another_host_or_time_says_so() {
    let ca = Ca::default();
    let other = ca.certify(&["drs.example.com"]);
    let mut front = Front::new("tls-host", other, &ca);
    says(
        &front.run("", "--ca-bundle ca.pem"),
        &["Connection: check --region or --endpoint with its host"],
    );
    let old = ca.certify_expired(&["127.0.0.1"]);
    let mut front = Front::new("tls-old", old, &ca);
    says(
        &front.run("", "--ca-bundle ca.pem"),
        &["Connection: check --region", "clock"],
    );
}

#[test]
fn https_to_a_plaintext_port_is_told_as_the_ports_fault() {
    let mut scene = Scene::new("tls-plaintext").file("plan.yaml", PLAN);
    let endpoint = scene.simulator.endpoint().replace("http:", "https:");
    let ran = scene.run(&format!("{TLS} --endpoint {endpoint} plan.yaml"));
    says(
        &ran,
        &["Connection: check --region or --endpoint with its host and port"],
    );
}

#[test]
fn a_failed_look_up_names_host_and_region() {
    let mut scene = Scene::new("look-up").file("plan.yaml", PLAN);
    let ran = scene.run(&format!("{TLS} --region no-such-region-1 plan.yaml"));
    says(
        &ran,
        &[
            "Connection: check --region or --endpoint",
            "the endpoint is https://drs.no-such-region-1.myhuaweicloud.com",
        ],
    );
}

#[test]
fn a_clock_that_is_wrong_is_told_as_the_clock() {
    let key = "HW_AUTH_TOKEN= HUAWEICLOUD_SDK_AK=A HUAWEICLOUD_SDK_SK=secret-hunter2";
    let message = "calc aksk signature fail:signature expired, signature time:20211217T064303Z";
    let body = format!("{{\"error_code\":\"APIGW.0301\",\"error_msg\":\"{message}\"}}");
    let mut scene = Scene::new("clock")
        .file("plan.yaml", PLAN)
        .fault(&format!("always:answer=401,body={body}"));
    let ran = scene.run(&format!("{key} {RUN} plan.yaml"));
    says(&ran, &["set the clock"]);
    assert!(!ran.stdout.contains("secret key is not"), "{}", ran.stdout);
}

#[test]
fn a_proxy_that_can_not_be_used_is_an_error_and_not_passed_by() {
    let mut scene = Scene::new("proxy").file("plan.yaml", PLAN);
    for variables in [
        "HTTPS_PROXY=ftp://svc:hunter2@proxy.example.com",
        "https_proxy=socks5://svc:hunter2@127.0.0.1:9",
        "ALL_PROXY=http://",
        "HTTPS_PROXY=http://svc:hunter2@127.0.0.1:99999",
        "HTTPS_PROXY=http://svc:hunter2#x@127.0.0.1:9",
        "HTTPS_PROXY=http://svc:hunter2/x@127.0.0.1:9",
        "HTTPS_PROXY=http://svc:1?hunter2@127.0.0.1:9",
        "HTTPS_PROXY=http://127.0.0.1:9 NO_PROXY=drs.example.com:hunter2",
    ] {
        let line = format!("{variables} {TLS} --endpoint https://127.0.0.1:9 plan.yaml");
        let ran = scene.run(&line);
        assert_eq!(ran.code, Some(2), "{variables}: {}", ran.stderr);
    }
    scene.check("proxies");
}

#[test]
fn an_empty_variable_in_capitals_hides_none_in_small_letters() {
    let scene = Scene::new("proxy-empty").file("plan.yaml", PLAN);
    for (empty, set) in [("HTTPS_PROXY", "https_proxy"), ("ALL_PROXY", "all_proxy")] {
        let line = format!("{TLS} --endpoint https://127.0.0.1:9 plan.yaml");
        let mut command: Command = scene.command(&line);
        let ran = command
            .env(empty, "")
            .env(set, "ftp://hunter2@proxy")
            .output();
        let ran = ran.unwrap();
        let stderr = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{stderr}");
        assert!(stderr.starts_with(&format!("drs: {set}: ")), "{stderr}");
    }
}

#!/usr/bin/env python3
"""Takes away one protection after the other, in a copy of the repository, and sees the test
that is there for it fail.

    tests/mutations.py [WORD ...]
    tests/mutations.py --fits

With words, only the mutations whose name holds one of them. With --fits, only says whether each
of them still finds its place in the code, which takes no time. Needs nothing but Python 3 and
cargo; takes some minutes. Ends with 1 if a protection can be taken away unnoticed, or if the
code has changed so that a mutation no longer fits.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = "drs-api/src/"
CANARY = ("secrets", "canary::no_secret_is_shown_anywhere")
PLACES = ("secrets", "canary::places::what_a_run_keeps_of_a_response_is_redacted_in_each_place")
OUTCOMES = ("runs", "outcomes::each_answer_and_each_fault_has_the_outcome_of_the_table")

# Name, file below drs-api/src, what is there, what is put there, the room and, within it, the
# test that must fail.
MUTATIONS = [
    ("a secret's Debug shows it", "secret.rs",
     "f.write_str(REDACTED)", "f.write_str(&self.0)", CANARY),
    ("a secret is serialised anywhere", "secret.rs",
     """            false => Err(S::Error::custom(
                "a Secret can only be serialised into the body of a request",
            )),
""", "            false => serializer.serialize_str(&self.0),\n", CANARY),
    ("the format words the error about a number", "secret.rs",
     "deserializer.deserialize_any(SecretVisitor)",
     "deserializer.deserialize_string(SecretVisitor)", CANARY),
    ("the visitor's refusal shows a number", "secret.rs",
     '        visit_u64: u64, "a number";\n', "", CANARY),
    ("credentials' Debug shows the token", "credentials.rs",
     'Kind::One(_) => f.write_str("Token([redacted])")',
     'Kind::One(Ok(Checked::Header(_, token))) => write!(f, "{:?}", token.to_str()),\n'
     '            Kind::One(_) => Ok(())', CANARY),
    ("the token's header is not marked", "credentials/header.rs",
     "set_sensitive(true)", "set_sensitive(false)", CANARY),
    ("the builder's Debug shows user info", "client.rs",
     '"(with a user name)"', "e", CANARY),
    ("an access key's Debug shows the secret key", "credentials/access_key.rs",
     '.field("secret_key", &self.secret_key)',
     '.field("secret_key", &self.secret_key.expose_secret())', CANARY),
    ("an access key's Debug shows the security token", "credentials/access_key.rs",
     '.field("security_token", &self.security_token)',
     '.field("security_token", &self.security_token.as_ref().map(Secret::expose_secret))', CANARY),
    ("the refusal of a secret key shows it", "credentials/access_key.rs",
     '"secret key",\n', 'Box::leak(Box::<str>::from(secret_key)),\n', CANARY),
    ("the refusal of a security token shows it", "credentials/access_key.rs",
     """"security token",
                "it is empty""", """Box::leak(Box::<str>::from(token)),
                "it is empty""", CANARY),
    ("an environment's Debug shows values", "environment.rs",
     '.field("given", &self.given)',
     '.field("given", &self.given.values().map(Secret::expose_secret).collect::<Vec<_>>())', CANARY),
    ("the Debug of what is signed shows headers", "signing.rs",
     '.field("body_bytes", &self.body.len())', '.field("headers", &self.headers)', CANARY),
    ("the Debug of what is signed shows the body", "signing.rs",
     '.field("body_bytes", &self.body.len())',
     '.field("body", &String::from_utf8_lossy(self.body))', CANARY),
    ("a preview shows headers", "passwords/preview.rs",
     "match value.is_sensitive() {", "match value.is_sensitive() && false {", CANARY),
    ("a preview shows passwords", "body.rs",
     "shown.extend_from_slice(REDACTED.as_bytes());",
     "shown.extend_from_slice(&self.bytes[secret.clone()]);", CANARY),
    ("the builder's Debug shows a client's headers", "client.rs",
     '.field("credentials", &self.credentials)\n',
     '.field("credentials", &self.credentials)\n            .field("http", &self.http)\n', CANARY),
    ("the refusal of an endpoint shows it", "endpoint.rs",
     '"it contains a user name or password; pass credentials separately"',
     "text", CANARY),
    ("a text that is kept is not searched", "echo.rs",
     "if let Some(blanked) = secrets.pieces(of_id).instead_of(&shown) {",
     "if let Some(blanked) = secrets.pieces(of_id).instead_of(&shown).filter(|_| false) {", CANARY),
    ("texts of a typed success are not searched", "transport.rs",
     "value.each_text(&mut |text| secrets.keep_in_place(text, MAX_TEXT));",
     "value.each_text(&mut |text| text.truncate(MAX_TEXT));",
     ("secrets", "canary::typed::a_success_that_quotes_its_request_shows_no_secret")),
    ("headers of a success are not searched", "response.rs",
     "            self.secrets.blank_headers(&mut headers);\n",
     "            headers.reserve(1);\n", CANARY),
    ("errors of the network are not searched", "transport.rs",
     "if may_quote && exchange.secrets", "if false && may_quote && exchange.secrets", CANARY),
    ("credentials are not looked for", "transport.rs",
     "secret.cloned().collect(), run)", "secret.cloned().take(0).collect(), run)", CANARY),
    ("escapes by backslashes are not read", "echo/normal.rs",
     "[b'\\\\', b'u', ..] => unicode(text)?,", "[b'\\\\', b'u', ..] => return None,", CANARY),
    ("escapes of URLs are not read", "echo/normal.rs",
     "[b'%', ..] => return undo_byte(&text[1..], plain).map(|()| 3),",
     "[b'%', ..] => return None,", CANARY),
    ("entities of HTML are not read", "echo/normal.rs",
     "NAMES.iter().find(|(name, _)| text.starts_with(name))?",
     "NAMES.iter().find(|(name, _)| false && text.starts_with(name))?", CANARY),
    ("a failure of the agency shows what the metadata service said", "login/agency.rs",
     "        let host = self.inner.endpoint();\n",
     "        let host = self.inner.endpoint();\n        if let Error::Answer(_) = error {\n            return error.to_string();\n        }\n",
     CANARY),
    ("pieces within a secret are not looked for", "echo/pieces.rs",
     ".filter(|window| is_telling(window))", ".filter(|window| false && is_telling(window))", CANARY),
    ("a text is cut before it is searched", "echo.rs",
     "const BEYOND: usize = 64;", "const BEYOND: usize = 0;", CANARY),
    ("secrets of other requests of a run are not looked for", "passwords/service.rs",
     "Secrets::of_run(Arc::clone(&plan.changes))",
     "Secrets::of_run(Arc::new(plan.changes[..1].to_vec()))",
     ("secrets", "canary::cached::an_answer_that_quotes_another_request_of_the_run_shows_no_password")),
    ("redirects are followed", "client.rs",
     ".redirect(reqwest::redirect::Policy::none())",
     ".redirect(reqwest::redirect::Policy::limited(3))",
     ("client", "transport::a_redirect_to_another_host_gets_nothing")),
    ("reqwest may send again", "client.rs",
     "            .redirect(reqwest::redirect::Policy::none())\n"
     "            // Whether a request may be sent twice is for the caller to decide.\n"
     "            .retry(reqwest::retry::never());",
     "            .redirect(reqwest::redirect::Policy::none());",
     ("client", "transport::a_request_that_http_2_allows_to_be_sent_again_is_sent_once")),
    ("plaintext goes through proxies", "client.rs",
     "http.no_proxy().resolve_to_addrs", "http.resolve_to_addrs",
     ("client", "proxy::plaintext_goes_through_no_proxy")),
    ("plaintext goes anywhere", "endpoint.rs",
     '"http" if allow_plaintext || is_loopback(&url) =>',
     '"http" if allow_plaintext || true =>',
     ("client", "transport::plaintext_goes_to_this_machine_alone_unless_told_otherwise")),
    ("an answer is read however long it is", "transport.rs",
     "Ok(data) if exchange.body.len() + data.len() > limit =>",
     "Ok(data) if false && exchange.body.len() + data.len() > limit =>",
     ("client", "transport::no_more_of_an_answer_is_read_than_the_limit")),
    ("an answer may hold any number of values", "transport.rs",
     "&& values() > MAX_VALUES {", "&& values() == usize::MAX {",
     ("client", "transport::no_more_of_an_answer_is_read_than_the_limit")),
    ("arguments may change the path", "call.rs",
     "check_argument(&value).map_err(|problem| Error::invalid(name, problem))?;",
     "let _ = check_argument(&value);",
     ("client", "input::a_project_id_that_would_change_the_path_is_refused_and_nothing_is_sent")),
    ("a token may hold line breaks", "credentials/header.rs",
     "if !bytes.iter().copied().all(visible) {",
     "if false && !bytes.iter().copied().all(visible) {",
     ("client", "input::a_token_that_is_no_header_is_refused_and_not_shown")),
    ("the body's buffer is not wiped", "body.rs",
     "Bytes::from_owner(Wiped(buffer))", "Bytes::copy_from_slice(&buffer)",
     ("secrets", "memory::over_plaintext_no_copy_of_a_password_is_left")),
    ("the body's buffer leaves behind what it grew out of", "body.rs",
     "            self.grow(bytes.len());\n", "",
     ("secrets", "memory::over_plaintext_no_copy_of_a_password_is_left")),
    ("a secret is read by way of a copy", "secret.rs",
     "Self(Zeroizing::new(secret))", "Self(Zeroizing::new(String::from(secret.as_str())))",
     ("secrets", "memory::over_plaintext_no_copy_of_a_password_is_left")),
    ("the last try is shown, whatever another said", "passwords/history.rs",
     "_ => (0..said.len()).max_by_key(|at| says(said[*at].1)),",
     "_ => (0..said.len()).next_back(),", OUTCOMES),
    ("a wrong password is sent again beside one that is busy", "passwords/next_step.rs",
     "positions.retain(|at| findings.suspects.binary_search(at).is_err());",
     "positions.retain(|_| true);", OUTCOMES),
    ("a result of an unknown side does not count", "passwords/decide/results.rs",
     "let agrees = odd.is_none() && loose", "let agrees = loose", OUTCOMES),
    ("a refusal counts, whatever stands beside it", "answer/walk.rs",
     "self.success || self.results || self.unreadable", "false", OUTCOMES),
    ("a success counts, whatever stands in it", "passwords/decide/results.rs",
     'Some("success") if sign.is_some() =>', 'Some("success") if sign.is_some() && false =>', OUTCOMES),
    ("a word of success is a code", "answer/signs.rs",
     "!(is_zero || is_fine || is_nothing || is_success(&word))", "!is_nothing", OUTCOMES),
    ("a wrong password in a header is not seen", "passwords/decide.rs",
     "exchange.around_the_body().any(says_wrong_password)",
     "exchange.around_the_body().any(|_| false)", OUTCOMES),
    ("a lost try is forgotten after many", "passwords/history.rs",
     "let mut kind = self.kind.unwrap_or(OutcomeKind::NotSent);",
     "let mut kind = self.last.as_ref().map_or(OutcomeKind::NotSent, |last| last.0);", OUTCOMES),
    ("codes, messages and results are kept without a search", "passwords/decide/said.rs",
     "self.exchange.secrets.keep(raw, most)", "raw.peek().chars().take(most).collect()", PLACES),
    ("the id of a request is kept without a search", "answer.rs",
     "Some(secrets.keep(&id, MAX_CODE))", "Some(id.peek().to_owned())", PLACES),
    ("the excerpt of a cut answer is kept without a search", "passwords/decide.rs",
     "secrets.keep(&begun, MAX_CAUSE)", "begun.peek()", PLACES),
    ("a throttled request costs a try", "passwords/drive.rs",
     "batch.throttled += usize::from(because == Because::Throttled);", "",
     ("runs", "run::throttled::a_service_that_throttles_without_end_stops_the_run_after_the_deadline")),
    ("a body that broke off is whole", "exchange.rs",
     "false => Self::IfJson,", "false => Self::Yes,",
     ("client", "whole::a_refusal_over_http_1_counts_if_it_is_whole")),
    ("a stream that was reset is whole", "exchange.rs",
     "if has_ended { Self::Yes } else { Self::No }", "if true || has_ended { Self::Yes } else { Self::No }",
     ("client", "whole::a_refusal_over_http_2_counts_if_its_stream_was_ended")),
    ("connecting may take as long as the request", "client.rs",
     "self.connect_timeout.min(request_timeout / 10 * 9)", "self.connect_timeout", OUTCOMES),
    ("a fault of the service is a refusal", "codes.rs",
     'Code::Fault, Fault,', 'Code::Fault, Refused,', OUTCOMES),
    ("one refusal without a side does not count for both", "codes.rs",
     'Code::NoSuchTask, TaskRefused,', 'Code::NoSuchTask, OneOfSeveral,', OUTCOMES),
]


def copy_to(folder):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)


def cargo(folder, *arguments):
    environment = dict(os.environ, RUST_BACKTRACE="0")
    # What was built for the repository is of use for the copy too.
    environment.setdefault("CARGO_TARGET_DIR", str(ROOT / "target"))
    return subprocess.run(["cargo", "test", "--quiet", "--workspace", *arguments],
                          cwd=folder, env=environment, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def misfit(text, file, old):
    """Says why a mutation has no place of its own in a file's text, or gives None."""
    count = text.count(old)
    return None if count == 1 else f"does not fit: {count} places in {file}"


def fits():
    """Whether each mutation fits; says which does not."""
    found = [(name, misfit((ROOT / SOURCE / file).read_text(), file, old))
             for name, file, old, *_ in MUTATIONS]
    problems = [f"{name}: {problem}" for name, problem in found if problem]
    print("\n".join(problems), end="\n" if problems else "")
    return not problems


def try_one(folder, name, file, old, new, test):
    """Says what is wrong, or gives None."""
    path = folder / SOURCE / file
    before = path.read_text()
    if problem := misfit(before, file, old):
        return problem
    path.write_text(before.replace(old, new))
    try:
        binary, function = test
        built = cargo(folder, "--test", binary, "--no-run")
        if built.returncode != 0:
            return f"does not compile:\n{built.stdout[-3000:]}"
        run = cargo(folder, "--test", binary, function, "--", "--exact")
        if run.returncode == 0:
            return f"UNNOTICED by {binary}: {function}"
        reason = "secrets were shown" if test == CANARY else f"{function} ... FAILED"
        if reason not in run.stdout and f"'{function}'" not in run.stdout:
            return f"failed for another reason:\n{run.stdout[-3000:]}"
        return None
    finally:
        path.write_text(before)


def main():
    words = sys.argv[1:]
    if words == ["--fits"]:
        return 0 if fits() else 1
    chosen = [m for m in MUTATIONS if not words or any(word in m[0] for word in words)]
    problems = 0
    with tempfile.TemporaryDirectory(prefix="drs-mutations-") as folder:
        folder = Path(folder)
        copy_to(folder)
        for binary, function in sorted({mutation[4] for mutation in chosen}):
            run = cargo(folder, "--test", binary, function, "--", "--exact")
            if run.returncode != 0 or "1 passed" not in run.stdout:
                print(f"fails with nothing taken away: {function}\n{run.stdout[-3000:]}")
                return 1
            print(f"passes with nothing taken away: {function}", flush=True)
        for mutation in chosen:
            problem = try_one(folder, *mutation)
            problems += problem is not None
            outcome = "noticed" if problem is None else problem
            print(f"{mutation[0]}: {outcome}", flush=True)
    print(f"{len(chosen) - problems} of {len(chosen)} mutations were noticed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Removes one protection at a time, in a copy of the repository, and expects its test to fail.

    tests/mutations.py [WORD ...]
    tests/mutations.py --fits

With words, runs only the mutations whose name contains one of them. With --fits, only checks
that each still finds its place in the code, which takes no time. Needs only Python 3 and cargo,
and takes some minutes. Exits with 1 if the removal of a protection goes unnoticed, or if a
mutation no longer fits the code.
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
SILENCES = ("runs", "outcomes::each_silence_has_the_outcome_of_the_table")
OUTCOMES = ("runs", "outcomes::each_answer_and_each_fault_has_the_outcome_of_the_table")
RETRIES = ("runs", "tasks::answers::"
           "after_each_bad_answer_to_a_retry_nothing_false_is_said_and_nothing_is_sent_again")

# Name, file below drs-api/src, the code, its replacement, and the room and name of the test that
# must fail.
MUTATIONS = [
    ("a secret's Debug shows it", "secret.rs",
     "f.write_str(REDACTED)", "f.write_str(&self.0)", CANARY),
    ("a secret is serialised anywhere", "secret.rs",
     "places.as_mut().ok_or_else(||", "Some(places.get_or_insert_default()).ok_or_else(||", CANARY),
    ("the format words the error about a number", "secret.rs",
     "deserializer.deserialize_any(SecretVisitor)",
     "deserializer.deserialize_string(SecretVisitor)", CANARY),
    ("the visitor's refusal shows a number", "secret.rs",
     "refuse!(visit_u64: u64, visit_u128: u128,", "refuse!(visit_u128: u128,", CANARY),
    ("the token's header is not marked", "credentials/header.rs",
     "set_sensitive(true)", "set_sensitive(false)", CANARY),
    ("the builder's Debug shows user info", "client.rs",
     '.field("region", &self.region)',
     '.field("region", &self.region)\n            .field("endpoint", &self.endpoint)', CANARY),
    ("an access key's Debug shows the secret key", "credentials/access_key.rs",
     '.field("secret_key", &self.secret_key)',
     '.field("secret_key", &self.secret_key.expose_secret())', CANARY),
    ("an access key's Debug shows the security token", "credentials/access_key.rs",
     '.field("security_token", &self.security_token)',
     '.field("security_token", &self.security_token.as_ref().map(Secret::expose_secret))', CANARY),
    ("the refusal of an access key shows it", "credentials/access_key.rs",
     "found.map_or(Ok(()), |(name, _)| {",
     "found.map_or(Ok(()), |(_, name)| {\n            let name = name.unwrap_or_default();", CANARY),
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
     '.field("credentials", &self.credentials)\n            .field("http", &self.http.own)\n', CANARY),
    ("the refusal of an endpoint shows it", "endpoint.rs",
     "Error::invalid(name, problem)\n        })?", "Error::invalid(name, format!(\"{problem} {text}\"))\n        })?", CANARY),
    ("a text that is kept is not searched", "echo.rs",
     "!is_exempt && are_in(", "!is_exempt && false && are_in(", CANARY),
    ("texts of a typed success are not searched", "transport.rs",
     "value.each_text(&mut |text| secrets.keep_in_place(text, MAX_TEXT));",
     "value.each_text(&mut |text| text.truncate(MAX_TEXT));",
     ("secrets", "canary::typed::a_success_that_quotes_its_request_shows_no_secret")),
    ("headers of a success are not searched", "response.rs",
     "            self.secrets.blank_headers(&mut headers);\n",
     "            headers.reserve(1);\n", CANARY),
    ("errors of the network are not searched", "transport.rs",
     "&& exchange.secrets.are_in(error.to_string().as_bytes())", "&& false", CANARY),
    ("credentials are not looked for", "transport.rs",
     "secret.cloned().collect(), run)", "secret.cloned().take(0).collect(), run)", CANARY),
    ("escapes by backslashes are not read", "echo/normal.rs",
     "[b'\\\\', b'u', ..] => unicode(text)?,", "[b'\\\\', b'u', ..] => return None,", CANARY),
    ("escapes of URLs are not read", "echo/normal.rs",
     "[b'%', ..] => return undo_byte(&text[1..], plain).map(|()| 3),",
     "[b'%', ..] => return None,", CANARY),
    ("entities of HTML are not read", "echo/normal.rs",
     "NAMES.iter().find(|(name, _)| text.starts_with(name))?",
     "NAMES.iter().find(|(name, _)| false && text.starts_with(name))?",
     ("lib", "echo::normal::tests::each_escape_is_undone_and_what_is_none_stays")),
    ("a failure of the agency shows what the metadata service said", "login/agency.rs",
     "        let host = self.inner.endpoint();\n",
     "        let host = self.inner.endpoint();\n        if let Error::Answer(_) = error {\n            return error.to_string();\n        }\n",
     CANARY),
    ("pieces within a secret are not looked for", "echo/pieces.rs",
     "if is_telling(window) {", "if false && is_telling(window) {",
     ("lib", "echo::tests::a_text_that_quotes_a_secret_is_replaced_as_a_whole")),
    ("a text is cut before it is searched", "echo.rs",
     "const BEYOND: usize = 64;", "const BEYOND: usize = 0;",
     ("lib", "echo::tests::a_text_is_searched_before_it_is_cut")),
    ("secrets of other requests of a run are not looked for", "passwords/service.rs",
     "Secrets::of_run(Arc::clone(&plan.changes))",
     "Secrets::of_run(Arc::new(plan.changes[..1].to_vec()))",
     ("secrets", "canary::cached::an_answer_that_quotes_another_request_of_the_run_shows_no_password")),
    ("redirects are followed", "client/http.rs",
     ".redirect(reqwest::redirect::Policy::none())",
     ".redirect(reqwest::redirect::Policy::limited(3))",
     ("client", "transport::a_redirect_to_another_host_gets_nothing")),
    ("reqwest may send again", "client/http.rs",
     "            .redirect(reqwest::redirect::Policy::none())\n"
     "            // Whether a request may be sent twice is for the caller to decide.\n"
     "            .retry(reqwest::retry::never());",
     "            .redirect(reqwest::redirect::Policy::none());",
     ("client", "transport::a_request_that_http_2_allows_to_be_sent_again_is_sent_once")),
    ("plaintext goes through proxies", "client/http.rs",
     "            .no_proxy()\n", "",
     ("client", "proxy::plaintext_goes_through_no_proxy")),
    ("plaintext for localhost goes where it is said to be", "client/http.rs",
     'http = http.resolve_to_addrs("localhost", &loopback);', "let _ = loopback;",
     ("client", "input::plaintext_for_localhost_stays_on_this_machine_whatever_its_address_is_said_to_be")),
    ("plaintext goes anywhere", "endpoint.rs",
     '"http" if allow_plaintext || is_loopback(&url) =>',
     '"http" if allow_plaintext || true =>',
     ("client", "transport::plaintext_goes_to_this_machine_alone_unless_told_otherwise")),
    ("an answer is read however long it is", "transport.rs",
     "Ok(data) if exchange.body.len() + data.len() > limit =>",
     "Ok(data) if false && exchange.body.len() + data.len() > limit =>",
     ("client", "transport::no_more_of_an_answer_is_read_than_the_limit")),
    ("an answer may hold any number of values", "transport.rs",
     "&& marks().count() > MAX_VALUES {", "&& marks().count() == usize::MAX {",
     ("client", "transport::no_more_of_an_answer_is_read_than_the_limit")),
    ("arguments may change the path", "call.rs",
     "check_argument(&value).map_err(|problem| Error::invalid(name, problem))?;",
     "let _ = check_argument(&value);",
     ("client", "input::a_project_id_that_would_change_the_path_is_refused_and_nothing_is_sent")),
    ("a token may hold line breaks", "credentials/header.rs",
     "value.filter(|_| is_visible)", "value.filter(|_| is_visible || true)",
     ("client", "input::a_token_that_is_no_header_is_refused_and_not_shown")),
    ("the body's buffer is not wiped", "body.rs",
     "Bytes::from_owner(buffer)", "Bytes::copy_from_slice(&buffer)",
     ("secrets", "memory::over_plaintext_no_copy_of_a_password_is_left")),
    ("the body's buffer leaves behind what it grew out of", "body.rs",
     "            self.grow(bytes.len());\n", "",
     ("secrets", "memory::over_plaintext_no_copy_of_a_password_is_left")),
    ("a secret is read by way of a copy", "secret.rs",
     "Self(Zeroizing::new(secret))", "Self(Zeroizing::new(String::from(secret.as_str())))",
     ("secrets", "memory::over_plaintext_no_copy_of_a_password_is_left")),
    ("the last try is shown, whatever another said", "passwords/history.rs",
     "_ => (0..said.len()).max_by_key(|at| says(&said[*at].1, at + 1 == said.len())),",
     "_ => said.len().checked_sub(1),", OUTCOMES),
    ("a wrong password is sent again next to one that is busy", "passwords/next_step.rs",
     "findings.suspects.binary_search(at).is_err();",
     "findings.suspects.binary_search(at).is_err() || true;", OUTCOMES),
    ("a result of an unknown side does not count", "passwords/decide/results.rs",
     "result.side.is_none_or(|own| own == side)", "result.side == Some(side)", OUTCOMES),
    ("a refusal counts, whatever is next to it", "answer/found.rs",
     "self.success || self.names_results || self.unreadable || is_result", "false", OUTCOMES),
    ("a success counts, whatever it contains", "passwords/decide/results.rs",
     "let sign = found.failure.as_ref();",
     "let sign = found.failure.as_ref().filter(|_| false);", OUTCOMES),
    ("a word of success is a code", "answer/signs.rs",
     "has_digit && !is_fine(code) && meaning(code) != Some(Success)", "!code.is_empty()", OUTCOMES),
    ("a wrong password in a header is not seen", "passwords/decide.rs",
     "exchange.around_the_body().any(says_wrong_password)",
     "exchange.around_the_body().any(|_| false)", OUTCOMES),
    ("a lost try is forgotten after many", "passwords/history.rs",
     "let kind = self.kind.max(", "let kind = self.last.as_ref().map(|last| last.0).max(", OUTCOMES),
    ("codes, messages and results are kept without a search", "passwords/decide/asked.rs",
     "self.exchange.secrets.keep(raw, most)", "raw.peek().chars().take(most).collect()", PLACES),
    ("the id of a request is kept without a search", "answer.rs",
     "Some(secrets.keep(&id, MAX_CODE))", "Some(id.peek().to_owned())", PLACES),
    ("the excerpt of a cut answer is kept without a search", "passwords/decide.rs",
     "exchange.secrets.keep(&begun, MAX_CAUSE)", "begun.peek()", PLACES),
    ("a throttled request costs a try", "passwords/drive.rs",
     "batch.throttled += usize::from(reason == RetryReason::Throttled);", "",
     ("runs", "run::throttled::a_service_that_throttles_without_end_stops_the_run_after_the_deadline")),
    ("a body that broke off is whole", "exchange.rs",
     "false => Self::IfJson,", "false => Self::Yes,",
     ("client", "whole::a_refusal_over_http_1_counts_if_it_is_whole")),
    ("a stream that was reset is whole", "exchange.rs",
     "true if has_ended => Self::Yes,", "true => Self::Yes,",
     ("client", "whole::a_refusal_over_http_2_counts_if_its_stream_was_ended")),
    ("connecting may take as long as the request", "client/http.rs",
     "limited(self.connect_timeout, 10).min(self.request_timeout() / 10 * 9)",
     "limited(self.connect_timeout, 10)", SILENCES),
    ("a fault of the service is a refusal", "codes.rs",
     '"DRS.M00004"], Code::Fault,', '"DRS.M00004"], Code::UnknownApi,', OUTCOMES),
    ("results without sides count, however many they are", "passwords/decide/results.rs",
     "task.len() == sides", "!task.is_empty()", OUTCOMES),
    ("a retry is sent twice", "tasks/retries.rs",
     "self.outcomes.get_mut(self.next)?", "self.outcomes.get_mut(self.next / 2)?", RETRIES),
    ("a retry is accepted next to an error", "tasks/retries.rs",
     "(None, Some(own)) = (&reply.error_code,", "(_, Some(own)) = (&reply.error_code,", RETRIES),
    ("a fault is a refusal of a retry", "tasks/retries.rs",
     "code.is_some_and(|code| code != Code::Fault)", "code.is_some()", RETRIES),
    ("a state is believed next to another or an error", "tasks/states.rs",
     "Some(Some(own)) if whole.error_code.is_none() =>", "Some(Some(own)) =>",
     ("runs", "tasks::answers::after_each_bad_answer_about_states_nothing_false_is_said")),
    ("a retry is offered for what is not changed", "bin/drs/task_retry.rs",
     "_ if session.holds_back(task) => false,", "_ if false => false,",
     ("cli", "tasks::a_night_ends_with_each_task_retried_once_that_may_be_and_no_other")),
]


def copy_to(folder):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            # With the time of now, or cargo takes what was built of another copy for current.
            shutil.copy(ROOT / name, target)


def cargo(folder, *arguments):
    environment = dict(os.environ, RUST_BACKTRACE="0")
    # Apart from the repository's own, which must never have a build with a protection missing.
    environment.setdefault("CARGO_TARGET_DIR", str(ROOT / "target/mutations"))
    return subprocess.run(["cargo", "test", "--quiet", "--workspace", *arguments],
                          cwd=folder, env=environment, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def room(name):
    """What cargo builds for a room; `lib` means the library's unit tests."""
    return ["--lib"] if name == "lib" else ["--test", name]


def misfit(text, file, old):
    """Says why a mutation doesn't fit a file's text, or returns None."""
    count = text.count(old)
    return None if count == 1 else f"does not fit: {count} places in {file}"


def fits():
    """Whether each mutation fits; prints those that don't."""
    found = [(name, misfit((ROOT / SOURCE / file).read_text(), file, old))
             for name, file, old, *_ in MUTATIONS]
    problems = [f"{name}: {problem}" for name, problem in found if problem]
    print("\n".join(problems), end="\n" if problems else "")
    return not problems


def try_one(folder, name, file, old, new, test):
    """Tries one mutation. Returns what went wrong, or None."""
    path = folder / SOURCE / file
    before = path.read_text()
    if problem := misfit(before, file, old):
        return problem
    path.write_text(before.replace(old, new))
    try:
        binary, function = test
        built = cargo(folder, *room(binary), "--no-run")
        if built.returncode != 0:
            return f"does not compile:\n{built.stdout[-3000:]}"
        run = cargo(folder, *room(binary), function, "--", "--exact", "--include-ignored")
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
            run = cargo(folder, *room(binary), function, "--", "--exact", "--include-ignored")
            if run.returncode != 0 or "1 passed" not in run.stdout:
                print(f"fails without any mutation: {function}\n{run.stdout[-3000:]}")
                return 1
            print(f"passes without any mutation: {function}", flush=True)
        for mutation in chosen:
            problem = try_one(folder, *mutation)
            problems += problem is not None
            outcome = "noticed" if problem is None else problem
            print(f"{mutation[0]}: {outcome}", flush=True)
    print(f"{len(chosen) - problems} of {len(chosen)} mutations were noticed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

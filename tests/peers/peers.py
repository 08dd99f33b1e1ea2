"""Compares simulator and drs with the vendor's client for Python.

    peers.py FOLDER_OF_PROGRAMS

`run` calls it.
"""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import caller
from huaweicloudsdkcore.exceptions import exceptions

PROGRAMS = Path(sys.argv[1])
TASK = "25df459d-a37c-41b9-bc2b-8c00ba32jb52"
PROJECT = "054ba152d480d55b2f5dc0069e7ddef0"
KEY = {
    "HUAWEICLOUD_SDK_AK": "access-key-of-the-drs-simulator",
    "HUAWEICLOUD_SDK_SK": "secret-key-of-the-drs-simulator",
}
os.environ.update(KEY)
failures = []


def check(name, found, expected):
    """Notes whether a finding is the expected one."""
    good = found == expected
    print(f"{'ok  ' if good else 'FAIL'} {name}: {found}" + ("" if good else f", not {expected}"))
    if not good:
        failures.append(name)


@contextmanager
def simulator(*flags):
    """A simulator with these flags: its endpoint."""
    process = subprocess.Popen(
        [PROGRAMS / "drs-simulator", *flags], stdout=subprocess.PIPE, text=True
    )
    try:
        yield process.stdout.readline().split()[1]
    finally:
        process.terminate()
        process.wait()


def with_python(endpoint, *items, project=PROJECT, **key):
    """What the vendor's client for Python makes of a request."""
    try:
        answer = caller.client(endpoint, project, **key).batch_reset_password(caller.request(*items))
    except exceptions.ServiceResponseException as error:
        return f"error {error.status_code} {error.error_code}"
    except exceptions.SdkException as error:
        return type(error).__name__
    if not answer.results:
        return "success without results"
    return ", ".join(f"{r.status} {r.error_code or ''}".strip() for r in answer.results)


def with_drs(endpoint, *items, project=PROJECT, environment=KEY):
    """What drs makes of a plan: the outcome of each item."""
    jobs = [
        {"job_id": job, "end_point_type": side, "db_password": password}
        for job, side, password in items
    ]
    run = drs(endpoint, {"jobs": jobs}, project, environment, "--retries", "0", "--timeout", "5")
    report = json.loads(run.stdout)
    return ", ".join(
        f"{o['outcome']} {o.get('error_code') or ''}".strip() for o in report["outcomes"]
    )


def drs(endpoint, plan, project=PROJECT, environment=KEY, *flags):
    """Runs drs with a plan on its standard input."""
    command = [PROGRAMS / "drs", "change-passwords", "--endpoint", endpoint, "--project-id", project,
               "--output", "json", *flags, "-"]
    clean = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        command, input=json.dumps(plan), capture_output=True, text=True, env=clean
    )


def signatures():
    """Requests that the vendor's client signs, and those that drs signs."""
    temporary = {
        "ak": "temporary-key-of-the-drs-simulator",
        "sk": "temporary-secret-key-of-the-drs-simulator",
        "security_token": "security-token-of-the-drs-simulator",
    }
    item = (TASK, "so", "test-New-1")
    with simulator() as endpoint:
        check("signed by Python", with_python(endpoint, item), "success")
        check("signed by Python, temporary key", with_python(endpoint, item, **temporary), "success")
        check("signed by drs", with_drs(endpoint, item), "changed")
    with simulator("--project-id", "a b") as endpoint:
        spaced = with_python(endpoint, item, project="a b")
        check("signed by Python, project with a space", spaced, "success")


def errors():
    """Each refusal of the simulator, as the vendor's client reads it."""
    so = (TASK, "so", "test-New-1")
    unknown = ("00000000-0000-4000-8000-0000000000jb", "so", "test-New-1")
    with simulator() as endpoint:
        for name, found, expected in [
            ("unknown task", with_python(endpoint, unknown), "failed DRS.M05003"),
            ("an end point twice", with_python(endpoint, so, so), "error 400 DRS.M00301"),
            ("empty password", with_python(endpoint, (TASK, "so", "")), "error 400 DRS.M00201"),
            ("unknown side", with_python(endpoint, (TASK, "xx", "p")), "error 400 DRS.M00202"),
            ("no task id", with_python(endpoint, (None, "so", "p")), "error 400 DRS.M00201"),
            ("another project", with_python(endpoint, so, project="other"), "error 403 DRS.M00261"),
            ("unknown key", with_python(endpoint, so, ak="nobody"), "error 401 APIGW.0301"),
            ("wrong secret key", with_python(endpoint, so, sk="wrong"), "error 401 APIGW.0301"),
        ]:
            check(f"Python, {name}", found, expected)
    with simulator("--refusal", "whole-request") as endpoint:
        check("Python, flat refusal", with_python(endpoint, unknown), "error 400 DRS.M05003")


FAULTS = [
    # fault, what Python makes of it, what drs makes of it
    ('answer=200,body={"error_code":"DRS.M05066","error_msg":"failed"}', "success without results", "rejected DRS.M05066"),
    ('answer=202,body={"error_code":"DRS.M01504","error_msg":"busy"}', "success without results", "rejected DRS.M01504"),
    ("answer=200,header=content-type: text/html,body=<html>", "success without results", "unconfirmed"),
    ("answer=204", "success without results", "unconfirmed"),
    ("redirect=302,to=/elsewhere", "success without results", "unconfirmed"),
    ("items=null-results", "success without results", "unconfirmed"),
    ("items=left-out", "success without results", "unconfirmed"),
    ("items=unknown-status", "pending", "unconfirmed"),
    ("answer=502,header=content-type: text/html,body=<html>", "error 502 502", "unconfirmed"),
    ("cut=after-body", "ConnectionException", "unconfirmed"),
]


def faults():
    """What each makes of the same fault. Nothing is stored but by items faults."""
    for fault, by_python, by_drs in FAULTS:
        with simulator("--fault", f"always:{fault}") as endpoint:
            check(f"{fault}, Python", with_python(endpoint, (TASK, "so", "test-New-1")), by_python)
            check(f"{fault}, drs", with_drs(endpoint, (TASK, "so", "test-New-1")), by_drs)


for part in (signatures, errors, faults):
    print(f"\n== {part.__doc__.splitlines()[0]}")
    part()
if failures:
    raise SystemExit(f"\nnot as expected: {', '.join(failures)}")

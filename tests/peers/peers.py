"""Compares the simulator and drs with the vendor's Python client, and with Prism, which validates
requests and responses against the spec.

    peers.py FOLDER_OF_PROGRAMS

`run` calls it.
"""

import json
import os
import socket
import subprocess
import sys
import time
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
PRISM = "5.16.0"
failures = []


def check(name, found, expected):
    """Records whether a finding is the expected one."""
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
    """How the vendor's Python client sees a response."""
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
    """The outcome that drs reports for each item of a plan."""
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
    """Each refusal of the simulator, as the vendor's client sees it."""
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
    # fault, how Python sees it, how drs sees it
    ('answer=200,body={"error_code":"DRS.M05066","error_msg":"failed"}', "success without results", "rejected DRS.M05066"),
    ('answer=202,body={"error_code":"DRS.M01504","error_msg":"busy"}', "success without results", "rejected DRS.M01504"),
    ("answer=200,header=content-type: text/html,body=<html>", "success without results", "unconfirmed"),
    ("answer=204", "success without results", "unconfirmed"),
    ("redirect=302,to=/elsewhere", "success without results", "unconfirmed"),
    ("items=null-results", "success without results", "unconfirmed"),
    ("items=left-out", "success without results", "unconfirmed"),
    ("items=unknown-status", "pending", "unconfirmed"),
    (
        'answer=400,body={"results":[{"id":"%s","end_point_type":"so","status":"failed",'
        '"error_code":"DRS.M00304"}],"count":1}' % TASK,
        "error 400 400",
        "rejected DRS.M00304",
    ),
    ("answer=503,header=content-type: text/html,body=busy", "error 503 503", "unconfirmed"),
    ("answer=502,header=content-type: text/html,body=<html>", "error 502 502", "unconfirmed"),
    ("cut=after-body", "ConnectionException", "unconfirmed"),
]


def faults():
    """How each sees the same fault. Only items faults store anything."""
    for fault, by_python, by_drs in FAULTS:
        with simulator("--fault", f"always:{fault}") as endpoint:
            check(f"{fault}, Python", with_python(endpoint, (TASK, "so", "test-New-1")), by_python)
            check(f"{fault}, drs", with_drs(endpoint, (TASK, "so", "test-New-1")), by_drs)


def secrets():
    """What a request shows when it is printed."""
    request = caller.request((TASK, "so", "test-New-1"))
    check("Python shows the password", "test-New-1" in str(request.body), True)
    plan = {"jobs": [{"job_id": TASK, "end_point_type": "so", "db_password": "test-New-1"}]}
    with simulator() as endpoint:
        shown = drs(endpoint, plan, PROJECT, KEY, "--dry-run").stdout
    check("drs shows the password", "test-New-1" in shown, False)


@contextmanager
def prism(*arguments):
    """Prism, which fails for each request or response that violates the spec."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, *service = arguments
    process = subprocess.Popen(
        ["npx", "--yes", f"@stoplight/prism-cli@{PRISM}", command, "--errors", "--host",
         "127.0.0.1", "--port", str(port), "openapi/drs-v3.yaml", *service],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )
    try:
        for line in process.stdout:
            if "listening" in line:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def contract():
    """Requests and responses that Prism validates against the spec."""
    unknown = ("00000000-0000-4000-8000-0000000000jb", "so", "test-New-1")
    token = {"HW_AUTH_TOKEN": "token-of-the-drs-simulator"}
    item = (TASK, "so", "test-New-1")
    # A signature is for one host, so signed requests go no further. The response is the spec's
    # first example, which is about another task.
    with prism("mock") as endpoint:
        check("Python, signed", with_python(endpoint, item), "success, success")
        check("drs, signed", with_drs(endpoint, item), "unconfirmed")
        check("Python, a side that there is not", with_python(endpoint, (TASK, "xx", "p")),
              "error 400 DRS.M05003")
    with simulator() as direct, prism("proxy", direct) as endpoint:
        check("drs and simulator", with_drs(endpoint, item, environment=token), "changed")
        check("drs and simulator, refused", with_drs(endpoint, unknown, environment=token),
              "rejected DRS.M05003")
        check("drs and simulator, wrong token",
              with_drs(endpoint, item, environment={"HW_AUTH_TOKEN": "wrong"}),
              "rejected DRS.M00100")


def measured(command, calls):
    """Runs a program. Returns seconds, CPU seconds, and peak memory in MiB."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    memory = 0
    # `wait4` reports at least the memory of this program.
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        try:
            runs = os.path.samefile(f"/proc/{process.pid}/exe", command[0])
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            # It has just exited.
            continue
        if runs:
            found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
            memory = max([memory, *map(int, found)])
        time.sleep(0.001)
    seconds = time.monotonic() - started
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command[0]} ended with {status}")
    cpu = usage.ru_utime + usage.ru_stime
    print(f"     {calls:5} calls: {seconds:.3f} s, {cpu:.3f} s of CPU, {memory / 1024:.1f} MiB  "
          f"{Path(command[0]).name}")
    return seconds, cpu, memory / 1024


def figures():
    """The cost of calls, eight at a time, with one end point each; release build."""
    calls = 2000
    released = PROGRAMS.parent / "release" / "drs"
    task = lambda number: f"{number:08}-5a7e-4000-8000-0000000000jb"
    tasks = [{"id": task(n), "state": "INCRE_TRANSFER_STARTED"} for n in range(calls)]
    work = PROGRAMS / "peers"
    work.mkdir(exist_ok=True)
    (work / "tasks.json").write_text(json.dumps({"tasks": tasks}))
    with simulator("--tasks", str(work / "tasks.json"), "--project-id", PROJECT) as endpoint:
        found = {}
        for count in (1, calls):
            jobs = [{"job_id": task(n), "end_point_type": "so", "db_password": f"test-New-{n}"}
                    for n in range(count)]
            plan = work / f"plan-{count}.json"
            plan.write_text(json.dumps({"jobs": jobs}))
            plan.chmod(0o600)
            ours = [released, "change-passwords", "--endpoint", endpoint, "--project-id", PROJECT,
                    "--batch-size", "1", "--concurrency", "8", plan]
            theirs = [sys.executable, Path(caller.__file__), endpoint, PROJECT, str(count), "8"]
            for name, command in (("drs", ours), ("python", theirs)):
                # The fastest of several, because the machine does other things too.
                runs = [measured(command, count) for _ in range(3)]
                found[name, count] = tuple(map(min, zip(*runs)))
    rate = {name: calls / found[name, calls][1] for name in ("drs", "python")}
    print(f"calls for a second of CPU: drs {rate['drs']:.0f}, Python {rate['python']:.0f}, "
          f"ratio {rate['drs'] / rate['python']:.1f}")
    memory = {name: found[name, calls][2] for name in ("drs", "python")}
    print(f"MiB at the height: drs {memory['drs']:.1f}, Python {memory['python']:.1f}, "
          f"ratio {memory['drs'] / memory['python']:.2f}")
    cold = {name: found[name, 1][0] for name in ("drs", "python")}
    print(f"first call, s: drs {cold['drs']:.3f}, Python {cold['python']:.3f}, "
          f"ratio 1/{cold['python'] / cold['drs']:.0f}")
    check("ten times the calls for a second of CPU", rate["drs"] >= 10 * rate["python"], True)
    check("at most 0.4 of the memory", memory["drs"] <= 0.4 * memory["python"], True)
    check("a first call in 1/25 of the time", cold["drs"] * 25 <= cold["python"], True)


for part in (signatures, errors, faults, secrets, contract, figures):
    print(f"\n== {part.__doc__.splitlines()[0]}")
    part()
if failures:
    raise SystemExit(f"\nnot as expected: {', '.join(failures)}")

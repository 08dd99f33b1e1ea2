#!/usr/bin/env python3
"""Measures what drs-api costs its dependents to compile, and what the generator costs whoever
changes the spec, each compared with an alternative. PERFORMANCE.md has figures.

    tests/cost.py                          all of it; takes many minutes
    tests/cost.py build --features no-tls  one part, one set of features

Everything is built in a temporary folder, which is removed. Times depend on the machine, so
run nothing else on it.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
SPEC = "openapi/drs-v3.yaml"
PROGRAMS = REPOSITORY / "tests/benches/cost"
# drs-api's features and reqwest's.
FEATURES = {
    "default": (["rustls", "http2"], ["rustls", "http2"]),
    "no-tls": ([], []),
    "cli": (["rustls", "http2", "cli"], ["rustls", "http2"]),
}
# How often each command runs; the fastest counts.
TIMES = 5


def cargo(folder, target, *arguments, **options):
    environment = dict(os.environ, CARGO_TARGET_DIR=str(target))
    program = os.environ.get("CARGO", "cargo")
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, check=True, **options
    )


def seconds(work):
    started = time.monotonic()
    work()
    return time.monotonic() - started


def row(name, this, other, goal=None):
    ratio = this / other
    said = "" if goal is None else f"at most {goal:.2f}" + (", missed" if ratio > goal else "")
    print(f"{name:48} {this:10.2f} {other:10.2f} {ratio:7.3f}  {said}", flush=True)


def drs_api(features):
    path = json.dumps(str(REPOSITORY / "drs-api"))
    return f"drs-api = {{ path = {path}, default-features = false, features = {json.dumps(features)} }}\n"


def plain(features):
    return (
        'reqwest = { version = "0.13", default-features = false, '
        f"features = {json.dumps(['json', *features])} }}\n"
        'serde = { version = "1", features = ["derive"] }\nserde_json = "1"\n'
    )


class Scratch:
    """A crate that makes one call, with its own target folder."""

    def __init__(self, folder, dependencies, program):
        self.path = folder / "scratch"
        self.target = self.path / "target"
        self.program = (PROGRAMS / program).read_text()
        (self.path / "src").mkdir(parents=True)
        (self.path / "Cargo.toml").write_text(
            '[package]\nname = "scratch"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n'
            f"[profile.release]\nstrip = true\n[dependencies]\n{dependencies}"
            'tokio = { version = "1", features = ["net", "rt", "time"] }\n'
        )
        # The same versions as here.
        shutil.copy(REPOSITORY / "Cargo.lock", self.path)
        self.change("")

    def __enter__(self):
        self.cargo("fetch", "--quiet")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def change(self, comment):
        (self.path / "src/main.rs").write_text(f"{self.program}\n// {comment}\n")

    def cargo(self, *arguments, **options):
        return cargo(self.path, self.target, *arguments, **options)

    def clean_build(self):
        """How many crates were compiled, without this one, and in how many seconds."""
        started = time.monotonic()
        output = self.cargo(
            "build", "--quiet", "--message-format=json", stdout=subprocess.PIPE, text=True
        ).stdout
        elapsed = time.monotonic() - started
        messages = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        artifacts = [m for m in messages if m["reason"] == "compiler-artifact"]
        return len({m["package_id"] for m in artifacts}) - 1, elapsed

    def rebuild(self, number):
        self.change(f"Change {number}.")
        return seconds(lambda: self.cargo("build", "--quiet"))


def build(folder, name, ours, reqwest):
    results = []
    for dependencies, program in [
        (plain(reqwest), "plain.rs.txt"),
        (drs_api(ours), "ours.rs.txt"),
        (drs_api(["codegen", *ours]), "ours.rs.txt"),
    ]:
        with Scratch(folder, dependencies, program) as scratch:
            crates, clean = scratch.clean_build()
            results.append((crates, clean, min(map(scratch.rebuild, range(3)))))
    other, this, generated = results
    # With `cli`, the crate is more than a client, so it has no goal.
    goal = (lambda goal: None) if name == "cli" else (lambda goal: goal)
    print(f"\n{name + ' features':48} {'drs-api':>10} {'other':>10} {'ratio':>7}")
    row("crates, vs reqwest + serde + serde_json", this[0], other[0])
    more = this[0] - other[0]
    print(f"  that is {more} more" + ("" if name == "cli" else f", of at most 20"))
    row("clean build, s, vs the same", this[1], other[1], goal(1.25))
    row("build after a change in main.rs, s", this[2], other[2])
    row("crates, vs generating in build.rs", this[0], generated[0])
    row("clean build, s, vs the same", this[1], generated[1], goal(0.75))
    row("build after a change in main.rs, s", this[2], generated[2])


def size(folder, name, ours, reqwest):
    mebibyte = 1024 * 1024
    sizes = []
    for dependencies, program in [
        (plain(reqwest), "plain.rs.txt"),
        (drs_api(ours), "ours.rs.txt"),
    ]:
        with Scratch(folder, dependencies, program) as scratch:
            scratch.cargo("build", "--quiet", "--release")
            sizes.append((scratch.target / "release/scratch").stat().st_size / mebibyte)
            if name == "cli" and len(sizes) == 2:
                cargo(
                    REPOSITORY, scratch.target, "build", "--quiet", "--release",
                    "--package=drs-api", "--features=cli", "--bin=drs",
                    "--config=profile.release.strip=true",
                )
                tool = (scratch.target / "release/drs").stat().st_size / mebibyte
                print(f"the program `drs`, MiB {tool:37.2f}")
    row(f"{name} features: a program, MiB", sizes[1], sizes[0])


def regenerate(folder):
    """The cost of a spec change, in a copy of the repository."""
    checkout, target = folder / "checkout", folder / "target"
    shutil.copytree(REPOSITORY, checkout, ignore=shutil.ignore_patterns(".git", "target"))
    def run(*arguments):
        cargo(checkout, target, *arguments, stdout=subprocess.DEVNULL)

    def xtask(*arguments):
        run("run", "--quiet", "--package=xtask", "--", *arguments)

    def check():
        run("check", "--quiet", "--package=drs-api")

    def touch():
        (checkout / "drs-api/src/generated/drs/types.rs").touch()

    def change_title(number):
        path = checkout / SPEC
        lines = path.read_text().splitlines()
        lines = [f"{l} {number}" if l.startswith("  title: ") else l for l in lines]
        path.write_text("\n".join(lines) + "\n")

    def write_and_check():
        xtask("regenerate")
        check()

    # Warms the build, so that nothing waits for a download.
    xtask("--version")
    xtask("regenerate", "--check")
    check()
    print(f"\n{'spec':48} {'this':>10} {'other':>10} {'ratio':>7}")
    other = min(seconds(lambda: xtask("--version")) for _ in range(TIMES))
    this = min(seconds(lambda: xtask("regenerate", "--check")) for _ in range(TIMES))
    row("regenerate --check, s, vs xtask --version", this, other, 1.5)
    this = other = float("inf")
    for number in range(TIMES):
        change_title(number)
        this = min(this, seconds(write_and_check))
        touch()
        other = min(other, seconds(check))
    row("regenerate + check, s, vs touch + check", this, other, 1.2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("part", nargs="?", choices=["build", "size", "regenerate"])
    parser.add_argument("--features", choices=FEATURES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="drs-api-cost-") as folder:
        folder = pathlib.Path(folder)
        for name, (ours, reqwest) in FEATURES.items():
            if options.features in (None, name):
                if options.part in (None, "build"):
                    build(folder, name, ours, reqwest)
                if options.part in (None, "size"):
                    size(folder, name, ours, reqwest)
        if options.part in (None, "regenerate"):
            regenerate(folder)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"error: {error}")

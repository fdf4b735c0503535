"""Builds the sdist and the wheel, and tries both where nothing else is: `python tests/built.py`.

Needs the extras `test` and `dev`, and the package index. The wheel is installed without extras into an environment
of its own, where tests/bare.py runs; tests of the sdist are run from the sdist.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
PACKAGES = ("autograd", "nn")
BESIDE = ("tests", "notebooks", "README.md", "LICENSE", "pyproject.toml")
INSTALLED = {"graphviz", "lark", "markdown-it-py", "mdurl", "numpy", "pygraphviz", "scalar-autograd"}
INSTALLERS = {"pip", "setuptools"}
OF_THE_SDIST = ("tests/test_value.py", "tests/test_tape_file.py", "tests/test_api.py")
NOTE = "With $y = x^2$ we get $\\frac{dy}{dx} = 2x$.\n"


def main() -> None:
    """Build, look into what was built, install, run."""
    with TemporaryDirectory() as folder:
        away = Path(folder).resolve()
        sdist, wheel = built(away / "dist")
        compare("the wheel", set(zipfile.ZipFile(wheel).namelist()), files_of(PACKAGES), exactly_in=PACKAGES)
        compare("the sdist", members(sdist), files_of(PACKAGES + BESIDE), exactly_in=PACKAGES + BESIDE)
        try_wheel(wheel, away)
        try_sdist(sdist, away)
    print("the wheel and the sdist work")


def built(folder: Path) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from it."""
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, quiet=True)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def files_of(folders: Iterable[str]) -> set[str]:
    """The files of the checkout in these folders."""
    listed = run("git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", *folders, quiet=True)
    return {name for name in listed.splitlines() if (ROOT / name).is_file()}


def members(sdist: Path) -> set[str]:
    """The files of the sdist, without the folder that it has them in."""
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def compare(what: str, found: set[str], expected: set[str], exactly_in: tuple[str, ...]) -> None:
    """Raises SystemExit where files are missing, or where there are others in the folders."""
    extra = {name for name in found if name.startswith(tuple(f"{folder}/" for folder in exactly_in))} - expected
    if missing := expected - found:
        sys.exit(f"{what} lacks {', '.join(sorted(missing))}")
    if extra:
        sys.exit(f"{what} has {', '.join(sorted(extra))}, which the checkout has not")


def try_wheel(wheel: Path, away: Path) -> None:
    """Install it without extras; nothing but what it declares comes along, and it works."""
    run(sys.executable, "-m", "venv", away / "bare")
    bin = next(folder for name in ("bin", "Scripts") if (folder := away / "bare" / name).exists())
    python = bin / "python"
    run(python, "-m", "pip", "install", "--quiet", wheel)
    run(python, "-m", "pip", "check")
    listed = run(python, "-m", "pip", "list", "--format=freeze", quiet=True)
    packages = {line.partition("==")[0].lower() for line in listed.splitlines()}
    if packages - INSTALLERS != INSTALLED:
        sys.exit(f"installed with the wheel: {', '.join(sorted(packages))}; declared: {', '.join(sorted(INSTALLED))}")
    (away / "note.md").write_text(NOTE)
    shutil.copy(ROOT / "tests/bare.py", away)
    run(python, "-I", "bare.py", at=away)
    run(bin / "autograd", "--help", at=away, quiet=True)
    run(bin / "autograd", "check", "note.md", "--html", "report.html", at=away)
    run(python, "-I", "-m", "nn", "gates", at=away, quiet=True)


def try_sdist(sdist: Path, away: Path) -> None:
    """Some of its tests pass, which import the package that lies beside them."""
    with tarfile.open(sdist) as archive:
        archive.extractall(away / "sdist", **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (folder,) = (away / "sdist").iterdir()
    where = run(sys.executable, "-c", "import autograd; print(autograd.__file__)", at=folder, quiet=True)
    if not Path(where.strip()).is_relative_to(folder):
        sys.exit(f"the tests of the sdist would be those of {where}")
    run(sys.executable, "-m", "pytest", "--quiet", *OF_THE_SDIST, at=folder)


def run(*command: str | os.PathLike[str], at: Path | None = None, quiet: bool = False) -> str:
    """What it prints on stdout, which is shown too unless `quiet`. Raises SystemExit where it fails."""
    words = list(map(str, command))
    done = subprocess.run(words, cwd=at, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False)
    if done.returncode or not quiet:
        print(done.stdout, end="", flush=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit status {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    main()

"""What is silenced is explained, and what is imported is declared."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = (ROOT / "pyproject.toml").read_text()
OURS = sorted([*(path for name in ("autograd", "nn") for path in (ROOT / name).rglob("*.py")), *ROOT.glob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))

SILENCED = re.compile(r"# *(type: *ignore|noqa|pragma|ruff:|mypy:|pylint:|pyright:)")
# The rule that is broken, and behind it, in words, why.
EXPLAINED = re.compile(
    r"# (type: ignore\[[a-z-]+(,[a-z-]+)*\]  # |noqa: [A-Z]+[0-9]+(, |  # )|pragma: no (cover|branch), )(?=\S)"
)
MADE = "writes this file anew"  # the first line of a file that a program makes, which nobody reads

PROVIDED_BY = {
    "IPython": "jupyterlab", "PIL": "matplotlib", "graphviz": "graphviz", "hypothesis": "hypothesis", "jax": "jax",
    "lark": "lark", "llvmlite": "numba", "markdown_it": "markdown-it-py", "matplotlib": "matplotlib",
    "mpl_toolkits": "matplotlib", "mpmath": "mpmath", "numba": "numba", "numpy": "numpy", "pygraphviz": "pygraphviz",
    "pytest": "pytest", "scipy": "scikit-learn", "skimage": "scikit-image", "sklearn": "scikit-learn", "tqdm": "tqdm",
}  # fmt: skip


def unexplained(source):
    """The comments that silence a tool and do not say why."""
    if MADE in source.partition("\n")[0]:
        return []
    found = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in found if token.type == tokenize.COMMENT]
    return [text for text in comments if SILENCED.search(text) and not EXPLAINED.search(text)]


def unexplained_settings(project):
    """What pyproject.toml lets tools overlook, without a comment beside it that says why."""
    lines = project.splitlines()
    _, _, files = project.partition("[tool.ruff.lint.per-file-ignores]\n")
    overlooked = {line for line in files.partition("\n\n")[0].splitlines() if line.startswith('"')}
    overlooked |= {line for line in lines if re.match(r"(ignore|exclude|omit|exclude_also) = ", line)}
    found = [line for before, line in pairwise(lines) if line in overlooked and before[:1] != "#"]
    mypy = [after for line, after in pairwise(lines) if line == "[[tool.mypy.overrides]]"]
    return found + [after for after in mypy if not after.startswith("#")]


def imported(source):
    """The packages, not of Python nor of this project, that a file imports, or loads by `optional`."""
    names, nodes = set(), list(ast.walk(ast.parse(source)))
    typing = {part for node in nodes if isinstance(node, ast.If) for part in node.body if _is_typing(node.test)}
    for node in nodes:
        if node in typing:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "optional":
            names.add(node.args[1].value)
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"autograd", "nn"}


def _is_typing(test):
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


@pytest.mark.parametrize("path", [*OURS, *TESTS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_silenced_is_explained(path):
    assert unexplained(path.read_text()) == []


def test_what_tools_overlook_is_explained():
    assert unexplained_settings(PROJECT) == []


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_imported_is_declared(path):
    declared = set(re.findall(r'"{1,3}([A-Za-z][\w-]*)(?:[><=]|\[)', PROJECT))
    packages = imported(path.read_text())
    assert packages <= set(PROVIDED_BY)
    assert {PROVIDED_BY[package] for package in packages} <= declared


def test_what_is_not_explained_is_seen():
    told = ["x = f()  # type: ignore[misc]  # untyped", "import x  # noqa: F401, it registers itself"]
    assert [unexplained(line) for line in told] == [[], []]
    silent = ["# type: ignore", "# type: ignore[misc]", "# noqa", "# noqa: F401", "# pragma: no cover", "# ruff: noqa"]
    assert [unexplained(f"x = 1  {text}") for text in silent] == [[text] for text in silent]
    assert unexplained('x = "# noqa"') == []


def test_a_setting_that_is_not_explained_is_seen():
    assert unexplained_settings('[tool.ruff.lint.per-file-ignores]\n"a.py" = ["E501"]\n') == ['"a.py" = ["E501"]']
    assert unexplained_settings("[[tool.mypy.overrides]]\nignore_errors = true") == ["ignore_errors = true"]
    assert unexplained_settings('# Meant.\nignore = ["E501"]\n') == []


def test_an_import_is_seen():
    assert imported("import scipy.optimize, math\nfrom torch import nn") == {"scipy", "torch"}
    assert imported("if TYPE_CHECKING:\n    from typing_extensions import Self\n") == set()
    assert imported('optional("photograph", "skimage.io", "scikit-image")') == {"skimage"}

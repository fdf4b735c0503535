"""Mutants: which there are, and that the runner tells those that tests kill from those that survive."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from reliability import forks, mutants
from reliability.mutations import mutant, mutations
from reliability.survivors import explained

KINDS = {
    "y = a < b": ["y = a <= b", "pass"],
    "y = a in b": ["y = a not in b", "pass"],
    "y = a + b": ["y = a - b", "pass"],
    "y = a and b": ["y = a or b", "pass"],
    "y = -a": ["y = a", "pass"],
    "y = [1.5, True, 'word']": ["y = [2.5, True, 'word']", "y = [1.5, False, 'word']", "pass"],
    "y = 1e100": ["y = 2e100", "pass"],
    "f(a, b, c)": ["f(b, a, c)", "pass"],
    "f(a, a)": ["pass"],
    "max(a, b)": ["pass"],
    "f(a, strict=True)": ["pass"],
    "y += a": ["y = a", "pass"],
    "if a:\n    y = b": ["if not a:\n    y = b", "if a:\n    pass"],
    "def f(a: 1) -> 2:\n    '''Text.'''\n    return a": ["def f(a: 1) -> 2:\n    '''Text.'''\n    return None"],
    "if TYPE_CHECKING:\n    y = 1": [],
    "if __name__ == '__main__':\n    main()": [],
    "@overload\ndef f():\n    return 1": [],
}


@pytest.mark.parametrize("source", KINDS)
def test_each_kind_of_mutant(source: str) -> None:
    found = [ast.unparse(mutant(source, m.number).tree) for m in mutations(source)]
    expected = [ast.unparse(ast.parse(text)) for text in KINDS[source]]
    assert sorted(found) == sorted(expected)


def test_a_mutation_says_where_it_is() -> None:
    source = "class A:\n    def f(self):\n        return self + 1\nROW = g(2.0)"
    assert {(m.line, m.around) for m in mutations(source)} == {(3, ("A", "f")), (4, ("ROW",))}
    assert mutant(source, 0).what == "return self + 1 -> return None"


TOY = """
START = 10

def least(a, b):
    return a if a < b else b

def unused(a):
    return a + 1

def endless(n):
    while n:
        n = 0
    return n

def place():
    return START
"""
TOY_TESTS = """
import importlib.util
import os

spec = importlib.util.spec_from_file_location("toy", os.path.abspath("autograd/graph.py"))
toy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(toy)

def test_least():
    assert (toy.least(1, 2), toy.least(2, 1)) == (1, 1)

def test_endless():
    assert toy.endless(3) == 0

def test_place():
    assert toy.place() == 10
"""


def test_what_tests_kill_and_what_survives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("autograd", "nn", "tests"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\n')
    (tmp_path / "autograd" / "graph.py").write_text(TOY)
    (tmp_path / "tests" / "test_toy.py").write_text(TOY_TESTS)
    monkeypatch.setattr(forks, "ROOT", tmp_path)
    monkeypatch.setattr(forks, "SECONDS", 0.4)
    monkeypatch.setitem(mutants.TESTS, "autograd/graph.py", ["test_toy"])
    monkeypatch.setattr(mutants, "explained", lambda: {"autograd/graph.py": {"unused: 1 -> 2": "nothing calls it"}})
    mutants.main(["autograd/graph.py", "--each", "1000"])
    *survivors, score = capsys.readouterr().out.splitlines()
    expected = [
        "5: `least: a < b -> a <= b`",
        "8: `unused: return a + 1 -> return None`",
        "8: `unused: a + 1 -> a - 1`",
    ]  # and one that is explained
    assert sorted(survivors) == sorted(f"autograd/graph.py:{line}" for line in expected)
    count = len(mutations(TOY))
    assert score == f"autograd/graph.py: {count - 4} of {count} killed, 1 explained, {count} in all"


def test_tests_that_fail_without_a_mutant_give_no_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("autograd", "nn", "tests"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "autograd" / "graph.py").write_text("START = 10\n")
    (tmp_path / "tests" / "test_toy.py").write_text("def test_toy():\n    assert False\n")
    monkeypatch.setattr(forks, "ROOT", tmp_path)
    monkeypatch.setitem(mutants.TESTS, "autograd/graph.py", ["test_toy"])
    with pytest.raises(SystemExit, match=r"without any mutant there are failures in tests/test_toy\.py"):
        mutants.main(["autograd/graph.py"])


@pytest.mark.parametrize("file", explained())
def test_what_is_explained_is_there(file: str) -> None:
    source = (forks.ROOT / file).read_text()
    entries = explained()[file]
    around = {name.partition(": ")[0] for name in entries}
    found = {mutants.named(source, m) for m in mutations(source) if (".".join(m.around) or "module") in around}
    assert entries.keys() <= found and all(len(why.split()) > 2 for why in entries.values())

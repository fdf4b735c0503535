"""Drawing: which engine is picked, what each gives back, and what happens when one is missing or refuses."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import graphviz
import pytest

from autograd.show.render import ENGINES, RenderError, engine, render, render_all

SIGNATURES = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
GREEK_AND_KOREAN = 'digraph { "∂L/∂σ" -> "한국어" }'


@pytest.fixture(autouse=True)
def no_forced_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOGRAD_RENDERER", raising=False)


@pytest.fixture
def without_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)


@pytest.fixture
def without_pygraphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


@pytest.fixture
def with_pygraphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRAD_RENDERER", "pygraphviz")


def write_program(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["#!/bin/sh", *lines]))
    path.chmod(0o755)
    return path


def install_dot(folder: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Put a program called dot at the head of PATH."""
    write_program(folder / "dot", *lines)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def texts(svg: bytes) -> list[str | None]:
    return [element.text for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def labelled(label: str) -> str:
    """A graph of one node whose label, escaped, is the given text."""
    graph = graphviz.Digraph()
    graph.node("a", graphviz.escape(label))
    return graph.source


# Which engine.


def test_a_system_dot_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_dot(tmp_path, monkeypatch)
    assert engine() == "dot"


@pytest.mark.usefixtures("without_dot")
def test_pygraphviz_stands_in_for_a_missing_dot() -> None:
    assert engine() == "pygraphviz"


def test_the_environment_forces_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_dot(tmp_path, monkeypatch)
    monkeypatch.setenv("AUTOGRAD_RENDERER", "dot")
    assert engine() == "dot"


def test_the_environment_forces_pygraphviz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_dot(tmp_path, monkeypatch)
    monkeypatch.setenv("AUTOGRAD_RENDERER", "pygraphviz")
    assert engine() == "pygraphviz"


def test_an_empty_variable_forces_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_dot(tmp_path, monkeypatch)
    monkeypatch.setenv("AUTOGRAD_RENDERER", "")
    assert engine() == "dot"


def test_an_unknown_engine_is_refused_with_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRAD_RENDERER", "neato")
    with pytest.raises(ValueError, match="AUTOGRAD_RENDERER='neato' is not one of dot, pygraphviz"):
        engine()


@pytest.mark.usefixtures("without_dot", "without_pygraphviz")
def test_no_engine_at_all_says_what_to_install() -> None:
    with pytest.raises(RenderError, match="no Graphviz; install one with: pip install pygraphviz"):
        render("digraph { a }")


@pytest.mark.usefixtures("without_dot")
def test_a_forced_dot_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRAD_RENDERER", "dot")
    with pytest.raises(RenderError, match=r"no dot \(AUTOGRAD_RENDERER asks for it\); unset it, or install"):
        engine()


@pytest.mark.usefixtures("without_pygraphviz")
def test_a_forced_pygraphviz_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_dot(tmp_path, monkeypatch)
    monkeypatch.setenv("AUTOGRAD_RENDERER", "pygraphviz")
    with pytest.raises(RenderError, match=r"no pygraphviz \(AUTOGRAD_RENDERER asks for it\)"):
        engine()


# Formats.


@pytest.mark.usefixtures("with_pygraphviz")
@pytest.mark.parametrize("format", SIGNATURES)
def test_each_format_is_a_file_of_its_kind(format: str) -> None:
    assert render(GREEK_AND_KOREAN, format).startswith(SIGNATURES[format])


@pytest.mark.usefixtures("without_dot", "without_pygraphviz")
def test_the_dot_format_is_the_source_and_needs_no_engine() -> None:
    assert render(GREEK_AND_KOREAN, "dot") == GREEK_AND_KOREAN.encode()


def test_an_unknown_format_is_refused_with_the_choices() -> None:
    with pytest.raises(ValueError, match="format 'gif' is not one of svg, png, pdf, dot"):
        render("digraph { a }", "gif")


# A system dot.


def test_dot_is_given_the_source_and_the_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_dot(tmp_path, monkeypatch, 'echo "$@"', "cat")
    assert render(GREEK_AND_KOREAN, "pdf") == f"-Kdot -Tpdf\n{GREEK_AND_KOREAN}".encode()


def test_an_error_of_dot_keeps_its_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_dot(tmp_path, monkeypatch, "cat > /dev/null", "echo 'Error: bad label format {x' >&2", "exit 1")
    with pytest.raises(RenderError, match="dot cannot draw this graph as svg: Error: bad label format"):
        render("digraph { a }")


def test_warnings_of_dot_stay_off_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    install_dot(tmp_path, monkeypatch, "cat", "echo 'Warning: no such font' >&2")
    assert render("digraph { a }") == b"digraph { a }"
    assert capfd.readouterr() == ("", "")


# Graphviz's refusals, through pygraphviz.


@pytest.mark.usefixtures("with_pygraphviz")
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("digraph { a -> }", "syntax error in line 1"),
        ('digraph { a [shape=record label="{x|<"] }', "bad label format {x|<"),
        ("digraph { a [label=<<B></B>>] }", "syntax error in line 1"),
        ("digraph { layout=nosuch a }", "nosuch"),
        ("not a graph", "syntax error"),
    ],
)
def test_bad_dot_is_refused_in_graphvizs_words(source: str, message: str) -> None:
    with pytest.raises(RenderError) as refusal:
        render(source)
    assert str(refusal.value).startswith("render: pygraphviz cannot draw this graph as svg: ")
    assert message in str(refusal.value)
    assert "Traceback" not in str(refusal.value)


@pytest.mark.usefixtures("with_pygraphviz")
def test_a_warning_that_quotes_an_error_is_no_error() -> None:
    assert texts(render('digraph { "Error: a":nosuchport -> b }')) == ["Error: a", "b"]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("source", ["", "// only a comment"])
def test_text_without_a_graph_is_refused(
    name: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_dot(tmp_path, monkeypatch, "cat > /dev/null")
    monkeypatch.setenv("AUTOGRAD_RENDERER", name)
    with pytest.raises(RenderError, match="holds no graph"):
        render(source)


@pytest.mark.usefixtures("with_pygraphviz")
def test_a_crash_costs_a_message_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crashing = write_program(tmp_path / "python", "cat > /dev/null", "kill -SEGV $$")
    monkeypatch.setattr(sys, "executable", str(crashing))
    with pytest.raises(RenderError, match="status -11; AUTOGRAD_RENDERER can name another engine"):
        render("digraph { a }")


# Several at once.


@pytest.mark.parametrize("name", ENGINES)
def test_several_are_what_they_are_one_by_one(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_dot(tmp_path, monkeypatch, "cat")
    monkeypatch.setenv("AUTOGRAD_RENDERER", name)
    sources = [labelled(label) for label in ("first", "한국어", "third")]
    assert render_all(sources) == [render(source) for source in sources]
    assert render_all(sources, "dot") == [source.encode() for source in sources]
    assert render_all([]) == []


@pytest.mark.usefixtures("with_pygraphviz")
def test_one_that_is_bad_is_refused_with_all() -> None:
    with pytest.raises(RenderError, match="syntax error in line 1"):
        render_all(["digraph { a }", "digraph { a -> }"])
    with pytest.raises(RenderError, match="holds no graph"):
        render_all(["digraph { a }", ""])


# Labels.


@pytest.mark.usefixtures("with_pygraphviz")
@pytest.mark.parametrize(
    "label",
    [
        "한국어 ∂L/∂σ ₁ ∇",
        "<script>alert('x')</script>",
        '"]; b [label="x',
        "--> <!-- ]]> <![CDATA[",
        "{x|<y>} \\N \\",
        "<b>",
        "🙂",
    ],
)
def test_labels_survive_as_text(label: str) -> None:
    assert texts(render(labelled(label))) == [label]


@pytest.mark.usefixtures("with_pygraphviz")
def test_a_label_without_a_utf8_form_is_still_drawn() -> None:
    assert texts(render(labelled("x\udc80"))) == ["x?"]


# Silence, and no trace left behind.


@pytest.mark.usefixtures("with_pygraphviz")
@pytest.mark.parametrize("format", SIGNATURES)
def test_drawing_in_a_fresh_process_writes_nothing(format: str) -> None:
    program = f"from autograd.show.render import render; render({GREEK_AND_KOREAN!r}, {format!r})"
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (process.stdout, process.stderr) == (b"", b"")


@pytest.mark.usefixtures("with_pygraphviz")
def test_warnings_of_pygraphviz_stay_off_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    assert texts(render("digraph { a [shape=nosuch] }")) == ["a"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("with_pygraphviz")
def test_importing_and_drawing_load_no_graphviz_library() -> None:
    program = (
        "import sys; from autograd.show.render import render; render('digraph { a }');"
        "print({'graphviz', 'pygraphviz'} & set(sys.modules))"
    )
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert process.stdout.decode() == "set()\n"


@pytest.mark.usefixtures("with_pygraphviz")
def test_neither_working_folder_nor_environment_shadows_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("shutil", "random", "pygraphviz"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('the wrong module')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert texts(render("digraph { a }")) == ["a"]


@pytest.mark.usefixtures("with_pygraphviz")
def test_the_pygraphviz_that_draws_is_the_one_python_would_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pygraphviz.py").write_text("raise SystemExit('the one on the path')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RenderError, match="the one on the path"):
        render("digraph { a }")


@pytest.mark.usefixtures("with_pygraphviz")
def test_no_temporary_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    render("digraph { a }")
    assert list(tmp_path.iterdir()) == []

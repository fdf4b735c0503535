"""The battery of hostile inputs passes, and sees execution, hanging, growth, crashes and injection."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from reliability import guard, hostile, markup
from reliability.guard import Guarded, is_harmful
from reliability.hostile_texts import unclear
from reliability.targets import TARGETS
from reliability.trials import Trials

import autograd
import nn

SOURCES = sorted(path for package in (autograd, nn) for path in Path(str(package.__file__)).parent.rglob("*.py"))


def test_the_short_profile_passes():
    found = list(hostile.run(Trials("hostile")))
    assert len(found) == len(TARGETS)
    for count in found:
        assert count.tried > 0
        assert count.failures == [] and count.failed == 0


PLANTED = """
import sys, os, time, resource
from reliability import guard, targets
guard.SECONDS = 0.5
guard.ROOM = 2**27
harms = {
    "crash": lambda given: {}["missing"],
    "hang": lambda given: sum(0 for _ in iter(int, 1)),
    "growth": lambda given: bytearray(2**32) and "",
    "execution": lambda given: os.system("true") and "",
    "code": lambda given: exec("canary = 1") or "",
    "writing": lambda given: open(os.devnull, "w").close() or "",
    "reading": lambda given: open("/etc/hostname").close() or "",
    "death": lambda given: os._exit(3),
    "fine": lambda given: "",
}
chosen = sys.argv[1]
target = targets.Target("planted", 1, lambda draw: "given", lambda given: "")
targets.TARGETS.clear()
targets.TARGETS[chosen] = target
real = guard._bound_memory
def bound():
    real()
    targets.TARGETS[chosen] = target._replace(meet=harms[chosen])
guard._bound_memory = bound
guard.serve()
"""


@pytest.mark.parametrize(
    ("harm", "seen"),
    [
        ("crash", "KeyError: 'missing'"),
        ("hang", "more than 20 seconds"),
        ("growth", "MemoryError"),
        ("execution", "os.system"),
        ("code", "exec"),
        ("writing", "open("),
        ("reading", "open("),
        ("death", "the process ended with status 3"),
        ("fine", ""),
    ],
)
def test_a_planted_harm_is_seen(harm, seen, monkeypatch):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PLANTED, harm]

    def begun():
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        assert process.stdout.readline() == "ready\n"
        return process

    monkeypatch.setattr(guard, "_begun", begun)
    with Guarded() as guarded:
        said = guarded.ask(harm, 1)
    assert (seen in said) if seen else said == ""


def test_a_refusal_has_to_be_clear():
    assert unclear(ValueError("m.json: not a model"), "m.json") == ""
    for error in (
        ValueError(""),
        ValueError("x" * 2000),
        ValueError("a\nb"),
        ValueError("\x1b[31m"),
        ValueError("not a model"),
    ):
        assert unclear(error, "m.json" if str(error) == "not a model" else "") != ""


@pytest.mark.parametrize(
    "html",
    [
        "<p onclick='x'>", "<canary>", "<a href='javascript:x'>", "<a href=' JAVASCRIPT:x'>", "<img src='file:///etc'>",
        "<script>x</script>", "<p style='background:url(x)'>", "<iframe></iframe>", "<a href='data:text/html,x'>",
    ],
)  # fmt: skip
def test_markup_that_does_something_is_seen(html):
    assert markup.page(html) != ""
    assert (
        markup.page("<p style='margin: 0'><a href='#x'>&lt;script&gt;</a><img src='data:image/png;base64,AA'></p>")
        == ""
    )


def test_scripts_that_are_closed_early_are_seen():
    whole = '<script>var label = "<\\/script>"</script>'
    assert markup.page(whole, scripts=1) == ""
    assert markup.page(whole.replace("<\\/", "</") + "<script>canary()</script>", scripts=1) == "2 scripts"


@pytest.mark.parametrize(
    "source",
    ['n0 [label="a"]; canary', "n0 [label=<<B>a</B>> canary=1]", "n0 [label=<<IMG SRC='x'/>>]", "n0 [label=<<B>a>]"],
)
def test_labels_that_are_dot_are_seen(source):
    assert markup.dot(source) != ""
    assert markup.dot('n0 [label=<<B>&lt;canary</B><BR ALIGN="LEFT"/>>]; n1 [label="canary \\" canary"]') == ""


def test_other_markup_that_does_something_is_seen():
    assert markup.latex(r"\frac{a}{b} \{ \backslash\text{input}") == ""
    assert all(markup.latex(text) for text in (r"\input{x}", "{", "}{", r"\text{a}}", r"\\\href{a}{b}"))
    assert markup.line("a\nb") == "" and markup.line("a\x1bb") and markup.line("\u202e")
    assert markup.xml("<svg><g/></svg>", markup.SVG_TAGS) == ""
    assert all(markup.xml(text, markup.SVG_TAGS) for text in ("<svg>", "<svg><script/></svg>", "<svg onload='x'/>"))


def test_audit_events_are_told_apart():
    own = compile("1", "<autograd add value>", "eval")
    harmless = [
        ("exec", (own,)),
        ("open", (autograd.__file__, "r", 0)),
        ("import", ("math", None)),
        ("compile", ("1", "f")),
    ]
    planted = compile("canary()", "<autograd add value>", "eval")
    harmful = [
        ("exec", (planted,)),
        ("exec", (compile("1", "<string>", "eval"),)),
        ("open", ("/tmp/x", "w", os.O_WRONLY)),
    ]
    harmful += [("import", ("canary", None)), ("pickle.find_class", ("os", "system")), ("subprocess.Popen", ("sh",))]
    assert not any(is_harmful(*event) for event in harmless)
    assert all(is_harmful(*event) for event in harmful)


# ---- what the package could execute with

MODULES = {
    "pickle",
    "_pickle",
    "marshal",
    "shelve",
    "dill",
    "joblib",
    "cloudpickle",
    "runpy",
    "code",
    "imp",
    "subprocess",
}
BUILT_IN = {"exec", "eval", "compile", "__import__"}
EXECUTING = {"import_module", "run_path", "run_module", "system", "popen", "execv", "posix_spawn", "spawn"}
ALLOWED = {
    ("autograd/codegen.py", "exec"),  # of what is made of rows of the table, and of recordings
    ("autograd/codegen.py", "compile"),
    ("autograd/ops.py", "compile"),  # the condition of a row of the user's own: Python that is never run there
    ("autograd/show/render.py", "subprocess"),  # Graphviz
    ("autograd/testing/__init__.py", "import_module"),  # of its own modules
    ("autograd/testing/claim.py", "eval"),  # of a formula that it has written
    ("autograd/testing/row_engines.py", "compile"),  # autograd's own
    ("autograd/testing/row_written.py", "pickle"),  # of bytes that it has just made
    ("autograd/show/stepper/terminal/keys.py", "import_module"),  # msvcrt, on Windows
    ("autograd/show/stepper/terminal/loop.py", "system"),  # os.system(""), on Windows: turns escape codes on
    ("nn/optional.py", "import_module"),  # of packages that the user asked for
    ("nn/__main__.py", "import_module"),  # of the examples
}


def found_in(source):
    """What modules are imported that unpickle or execute, and what is called that executes."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {str(node.module).partition(".")[0]} & MODULES
        elif isinstance(node, ast.Name):
            found |= {node.id} & (BUILT_IN | EXECUTING)
        elif isinstance(node, ast.Attribute):
            found |= {node.attr} & (EXECUTING | (BUILT_IN if getattr(node.value, "id", "") == "builtins" else set()))
    return found


def test_nothing_is_unpickled_and_only_what_is_listed_executes():
    here = Path(autograd.__file__).parents[1]
    assert len(SOURCES) > 150
    found = {
        (str(path.relative_to(here)), name) for path in SOURCES for name in found_in(path.read_text(encoding="utf-8"))
    }
    assert found == ALLOWED


def test_unpickling_would_be_seen():
    planted = "import pickle\nfrom marshal import loads\neval(s); builtins.exec(s); os.system(s); re.compile(s)"
    assert found_in(planted) == {"pickle", "marshal", "eval", "exec", "system"}

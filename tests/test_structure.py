"""How the code hangs together: imports go one way, names are exported, optional packages stay unloaded."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
from autograd import ops

PACKAGE = Path(autograd.__file__).parent

# A module imports only from those that stand before it.
ORDER = [
    "modes",
    "number",
    "errors",
    "kernels",
    "ops",
    "symbol",
    "writing",
    "codegen",
    "graph",
    "tree",
    "value",
    "eager",
    "functional",
    "expression.mistakes",
    "expression.grammar",
    "expression.program",
    "expression.given",
    "expression",
    "check.calling",
    "check.numerical",
    "check.estimate",
    "check.differences",
    "check.complex_step",
    "check.report",
    "check.slices",
    "check.nodes",
    "check.recorded",
    "check.gradients",
    "check.arrays",
    "check.factors",
    "check.evidence",
    "check.problem",
    "check.trials",
    "check.shapes",
    "check.diagnosis",
    "check.claims",
    "check",
    "show.names",
    "show.render",
    "show.style",
    "show.notation",
    "show.dot",
    "show.drawing",
    "show.layout",
    "show.steps",
    "show.routes",
    "show.equations",
    "show.derivation",
    "show.catalogue",
    "show.ascii",
    "show",
    "__init__",
    "__main__",
]


def module_name(path):
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imported_modules(source):
    """The modules of this package that a file imports, at its top or in a function."""
    known = {f"autograd.{name}" if name != "__init__" else "autograd": name for name in map(module_name, FILES)}
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else node.module for name in names}
    return {known[name] for name in found if name in known}


def violations(name, source):
    allowed = set(ORDER[: ORDER.index(name)])
    return imported_modules(source) - allowed


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_go_one_way(path):
    assert violations(module_name(path), path.read_text()) == set()


def test_an_import_the_wrong_way_is_seen():
    assert violations("ops", "from autograd.value import Value") == {"value"}
    assert violations("ops", "def f():\n    import autograd.symbol") == {"symbol"}
    assert violations("ops", "from autograd import graph") == {"graph"}


def test_every_operation_is_public():
    missing = {name for name, row in ops.TABLE.items() if not row.users_own} - set(autograd.__all__)
    assert missing == set()
    assert [name for name in autograd.__all__ if not hasattr(autograd, name)] == []


def loaded(statement):
    code = f"import sys; {statement}; print(*sorted(m.split('.')[0] for m in sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return set(shown.split())


OPTIONAL = {"graphviz", "pygraphviz", "matplotlib", "hypothesis", "mpmath", "numba", "jax", "pytest", "IPython"}


def test_importing_autograd_loads_numpy_at_most():
    assert loaded("import autograd") & OPTIONAL == set()


def test_a_loaded_package_is_seen():
    assert loaded("import autograd, mpmath") & OPTIONAL == {"mpmath"}

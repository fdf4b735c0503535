"""How the code hangs together: imports go one way, names are exported, optional packages stay unloaded."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
import nn
from autograd import ops

ROOT = Path(autograd.__file__).parent.parent

# A module imports only from those that stand before it.
AUTOGRAD = [
    "files",
    "documents",
    "collector",
    "kept",
    "modes",
    "number",
    "errors",
    "kernels",
    "ops",
    "symbol",
    "conditions",
    "labels",
    "writing",
    "codegen",
    "graph",
    "tree",
    "value",
    "eager",
    "linear",
    "functional",
    "replay.jax.nary",
    "replay.jax.rows",
    "replay.numba.affine",
    "replay.numba.primitives",
    "replay.numba.kernels",
    "replay.numba.nary",
    "replay.numba.source",
    "replay.numpy.formulas",
    "replay.numpy.kernels",
    "replay.numpy.code",
    "replay.numpy.terms",
    "replay.simplify",
    "replay.program",
    "replay.derivatives",
    "replay.diagnosis",
    "replay.engine",
    "replay.jax.blocks",
    "replay.layout",
    "replay.listing",
    "replay.numba.interpreter",
    "replay.numba.parallel",
    "replay.numpy.access",
    "replay.recording",
    "replay.separation",
    "replay.sums",
    "replay.plan",
    "replay.jax.engine",
    "replay.jax.function",
    "replay.jax",
    "replay.numba.engine",
    "replay.numba",
    "replay.numpy.section",
    "replay.numpy.adjoints",
    "replay.numpy.units",
    "replay.numpy.nary",
    "replay.numpy.products",
    "replay.numpy.source",
    "replay.numpy.engine",
    "replay.engines",
    "replay.numpy",
    "replay.runs",
    "replay.guarded",
    "replay.tape_file",
    "replay.tape",
    "replay.compiled",
    "replay",
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
    "show.records",
    "show.ascii",
    "show.names",
    "show.render",
    "show.notebook",
    "show.style",
    "show.mathml",
    "show.notation",
    "show.layout",
    "show.wrapping",
    "show.page",
    "show.steps",
    "show.drawing.wiring",
    "show.drawing.scopes",
    "show.drawing.units",
    "show.drawing.alike",
    "show.drawing.focus",
    "show.drawing.folded_graph",
    "show.drawing.fold",
    "show.drawing.looks",
    "show.drawing.legend",
    "show.drawing.lines",
    "show.drawing.dot",
    "show.drawing.folded_dot",
    "show.drawing.caption",
    "show.drawing.drawing",
    "show.drawing",
    "show.formulas.algebra",
    "show.formulas.substitution",
    "show.formulas.identifiers",
    "show.formulas.formula",
    "show.formulas.points",
    "show.formulas.search",
    "show.formulas.proofs",
    "show.formulas.closed",
    "show.formulas",
    "show.derivation.routes",
    "show.derivation.equations",
    "show.derivation.html",
    "show.derivation.derivation",
    "show.derivation",
    "show.stepper.runs",
    "show.stepper.frames",
    "show.stepper.picture",
    "show.stepper.svg",
    "show.stepper.payload",
    "show.stepper.html",
    "show.stepper.stepper",
    "show.stepper.stills",
    "show.stepper.filmstrip",
    "show.stepper.animation",
    "show.stepper",
    "show.stepper.terminal.rows",
    "show.stepper.terminal.screen",
    "show.stepper.terminal.keys",
    "show.stepper.terminal.loop",
    "show.stepper.terminal",
    "show.catalogue",
    "show",
    "notes.formulas.syntax",
    "notes.formulas.unread",
    "notes.formulas.tape",
    "notes.formulas.parts",
    "notes.formulas.scripts",
    "notes.formulas.points",
    "notes.formulas.arrays",
    "notes.formulas.calls",
    "notes.formulas.vocabulary",
    "notes.formulas.layout",
    "notes.formulas.cutting",
    "notes.formulas.delimiters",
    "notes.formulas.derivatives",
    "notes.formulas.lists",
    "notes.formulas.joining",
    "notes.formulas.wording",
    "notes.formulas.latex",
    "notes.formulas.letters",
    "notes.formulas.trees",
    "notes.formulas.reading",
    "notes.formulas.tokens",
    "notes.formulas.parsing",
    "notes.formulas.replacing",
    "notes.formulas",
    "notes.markdown.declared",
    "notes.markdown.clauses",
    "notes.markdown.declarations",
    "notes.markdown.items",
    "notes.markdown.source",
    "notes.markdown",
    "notes.meaning.arrays",
    "notes.meaning.arithmetic",
    "notes.meaning.names",
    "notes.meaning.keys",
    "notes.meaning.knowledge",
    "notes.meaning.world",
    "notes.meaning.evaluating",
    "notes.meaning.calculus",
    "notes.meaning.functions",
    "notes.meaning.calls",
    "notes.meaning.applying",
    "notes.meaning.assuming",
    "notes.meaning.axes",
    "notes.meaning.conditions",
    "notes.meaning.brackets",
    "notes.meaning.dots",
    "notes.meaning.definable",
    "notes.meaning.labelled",
    "notes.meaning.partials",
    "notes.meaning.statements",
    "notes.meaning.claim",
    "notes.meaning.circumstances",
    "notes.meaning.declaring",
    "notes.meaning.digits",
    "notes.meaning.equations",
    "notes.meaning.entries",
    "notes.meaning.indices",
    "notes.meaning.implied",
    "notes.meaning.wholes",
    "notes.meaning.references",
    "notes.meaning.operations",
    "notes.meaning.primes",
    "notes.meaning.scripted",
    "notes.meaning.spans",
    "notes.meaning.sums",
    "notes.meaning.worlds",
    "notes.meaning.evaluate",
    "notes.meaning.learning",
    "notes.meaning.defining",
    "notes.meaning.differentials",
    "notes.meaning.membership",
    "notes.meaning.shapes",
    "notes.meaning.updates",
    "notes.meaning",
    "notes.verdicts.sides",
    "notes.verdicts.blur",
    "notes.verdicts.readings",
    "notes.verdicts.trials",
    "notes.verdicts.agreement",
    "notes.verdicts.diagnosis",
    "notes.verdicts.corrections",
    "notes.verdicts.evidence",
    "notes.verdicts.numerical",
    "notes.verdicts.scaling",
    "notes.verdicts.factors",
    "notes.verdicts.edits.edit",
    "notes.verdicts.edits.side",
    "notes.verdicts.edits.factors",
    "notes.verdicts.edits.functions",
    "notes.verdicts.edits.indices",
    "notes.verdicts.edits.matrices",
    "notes.verdicts.edits.names",
    "notes.verdicts.edits.sums",
    "notes.verdicts.edits",
    "notes.verdicts.mended",
    "notes.verdicts.meant",
    "notes.verdicts.search",
    "notes.verdicts.diagnosing",
    "notes.verdicts.losses",
    "notes.finding",
    "notes.verdicts.verdicts",
    "notes.verdicts",
    "notes.report.signs",
    "notes.report.brackets",
    "notes.report.listing",
    "notes.report.mathml",
    "notes.report.prose",
    "notes.report.html",
    "notes.report.typeset",
    "notes.report.report",
    "notes.report",
    "notes.checker",
    "notes.checking",
    "notes",
    "notes.watching",
    "",
    "commands",
    "__main__",
]
NN = [
    "optional",
    "ranges",
    "initializers",
    "activations",
    "module",
    "neuron",
    "layers",
    "plain",
    "targets",
    "samples",
    "perceptron",
    "sums",
    "information",
    *(f"losses.{part}" for part in ["regression", "margins", "cross_entropies"]),
    "losses",
    "recorded",
    "rehearsal",
    "recordings",
    "predicting",
    "metrics",
    "optimizer",
    "optimizers",
    "clipping",
    "schedules",
    *(f"data.{part}" for part in ["dataset", "gates", "shapes", "measured"]),
    "data",
    "preparing",
    "separability",
    "pictures",
    "saving",
    "descent",
    *(
        f"plot.{part}"
        for part in ["style", "jumps", "derivative", "asking", "boundary", "histograms", "losses", "surface", "weights"]
    ),
    "plot",
    "history",
    "settings",
    "checkpoints",
    "progress",
    "located",
    "replayed",
    "loop",
    "training",
    "estimators",
    "",
    "examples",
    "__main__",
]
# What tests of others use: it may use everything, and nothing else imports it.
TESTING = [
    "asked",
    "domains",
    "points",
    "program",
    "random_expressions",
    "random_networks",
    "formulas",
    "claim",
    "random_claims",
    "picture",
    "assertions",
    "counts",
    "sampled",
    "backward",
    "plugin",
    "option",
    "places",
    "breaks",
    "undeclared",
    "row",
    "row_numbers",
    "row_jumps",
    "row_slopes",
    "row_engines",
    "row_written",
    "operations",
    "",
]
PACKAGES = (("autograd", AUTOGRAD), ("nn", NN), ("autograd.testing", TESTING))
ORDER = [f"{package}.{name}".removesuffix(".") for package, names in PACKAGES for name in names]
OPEN_TO_NN = {"autograd", "autograd.ops", "autograd.errors", "autograd.documents", "autograd.show.ascii"}
OPEN_TO_NN |= {
    f"autograd.replay.{part}" for part in ("engine", "engines", "plan", "program", "recording", "separation")
}


def module_name(path):
    """As it is imported; an example, which is a user of nn, as "nn.examples"."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return "nn.examples" if name.startswith("nn.examples") else name


def imported_modules(source):
    """The modules of these packages that a file imports, at its top or in a function."""
    known = set(map(module_name, FILES))
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else node.module for name in names}
    return found & known


def violations(name, source):
    allowed = set(ORDER[: ORDER.index(name)])
    if name.startswith("nn"):
        allowed -= {module for module in ORDER if module.startswith("autograd")} - OPEN_TO_NN
    return imported_modules(source) - allowed


FILES = sorted(path for package in ("autograd", "nn") for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_go_one_way(path):
    assert violations(module_name(path), path.read_text()) == set()


def test_an_import_the_wrong_way_is_seen():
    assert violations("autograd.ops", "from autograd.value import Value") == {"autograd.value"}
    assert violations("autograd.ops", "def f():\n    import autograd.symbol") == {"autograd.symbol"}
    assert violations("autograd.ops", "from autograd import graph") == {"autograd.graph"}
    assert violations("autograd.value", "from nn.layers import MLP") == {"nn.layers"}
    assert violations("nn.layers", "from autograd.graph import paths") == {"autograd.graph"}


def test_every_module_has_its_place():
    assert {module_name(path) for path in FILES} == set(ORDER)


def test_every_operation_is_public():
    missing = {name for name, row in ops.TABLE.items() if not row.users_own} - set(autograd.__all__)
    assert missing == set()
    assert [name for package in (autograd, nn) for name in package.__all__ if not hasattr(package, name)] == []


def loaded(statement):
    code = f"import sys; {statement}; print(*sorted(m.split('.')[0] for m in sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return set(shown.split())


OPTIONAL = {"graphviz", "pygraphviz", "matplotlib", "hypothesis", "mpmath", "numba", "jax", "pytest", "IPython"}
OPTIONAL |= {"sklearn", "skimage", "scipy", "tqdm", "torch", "lark", "markdown_it"}


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_importing_loads_numpy_at_most(package):
    assert loaded(f"import {package}") & OPTIONAL == set()


def test_a_loaded_package_is_seen():
    assert loaded("import autograd, mpmath") & OPTIONAL == {"mpmath"}

"""Who does what, beside whom, and what was aimed at."""

from __future__ import annotations

import sys

from contest import Contender
from table import Claim, Workload

SIZES = ("1000", "10000", "100000", "1000000")
POWERS = dict(zip(SIZES, ("10³", "10⁴", "10⁵", "10⁶"), strict=True))
LEAST_SAMPLES = 32  # from here on a batch pays


def step(task: str, title: str, targets: dict[tuple[str, str], float], compiled: str = "numba") -> Workload:
    """A full training step, by NumPy and by the engine `compiled`."""
    peers = {
        name: Contender(name, make, (task,), options, "by_hand:step", package)
        for name, make, options, package in (
            ("NumPy by hand", "by_hand:step", (), ""),
            ("NumPy by hand, one vector", "by_hand:step", ("at once",), ""),
            ("PyTorch", "nets:pytorch", (), "torch"),
            ("jax.jit", "nets:jax_jit", (), "jax"),
        )
    }
    ours = [
        Contender(engine, "nets:replayed", (task,), (engine,), "by_hand:step", package)
        for engine, package in (("numpy", "numpy"), (compiled, "numba"))
    ]
    claims = [Claim(mine, peer, targets.get((mine.name, name))) for mine in ours for name, peer in peers.items()]
    return Workload(task, title, "s", claims)


def mixed(name: str, make: str, operations: str, samples: str, package: str = "", option: str = "") -> Contender:
    """On one graph of mixed operations."""
    return Contender(name, f"mixed:{make}", (operations, samples), (option,) * bool(option), "mixed:eager", package)


def graph(operations: str, samples: str) -> Workload:
    """Values and gradients, for an operation and sample."""
    peer = mixed("CasADi", "in_casadi", operations, samples, "casadi")
    compiled = mixed("numba", "replayed", operations, samples, "numba", "numba")
    lifted = mixed("numpy", "replayed", operations, samples, "numpy", "numpy")
    claims = [Claim(compiled, peer, 0.25 if int(samples) >= LEAST_SAMPLES else 0.95), Claim(lifted, peer)]
    title = f"{POWERS[operations]} mixed operations, N = {samples}, each"
    return Workload("graphs", title, "s", claims)


def recording() -> Workload:
    """For an operation: how soon a graph runs."""
    task = ("100000",)
    ours, peer = (mixed(f"{name}, first gradients", "ready", *task, "1", name, name) for name in ("numba", "casadi"))
    claims = [
        Claim(Contender("a graph", "mixed:recording", task, ("a graph",)), None, 1.5e-6),
        Claim(Contender("a function", "mixed:recording", task, ("a function",)), None, 1.5e-6),
        Claim(ours, peer),
    ]
    return Workload("recording", "recording, an operation", "s", claims)


def growth(
    name: str, make: str, samples: str, package: str, option: str = "", at_most: float | None = None
) -> Workload:
    """For an operation and sample, from small graphs to large ones."""
    each = [mixed(f"{POWERS[n]} operations", make, n, samples, package, option) for n in SIZES]
    claims = [Claim(each[-1], each[0], at_most)]
    return Workload("growth", f"growth: {name}", "s", claims, each)


def memory() -> list[Workload]:
    """Beside what is there before the first run."""
    found = []
    for engine in ("numba", "numpy"):
        graph = Contender(engine, "memory:of_a_graph", ("100000", "128"), (engine,), "mixed:eager", engine)
        stream = Contender(engine, "memory:of_a_stream", ("moons", "1000000"), (engine,), "", engine)
        found += [
            Workload("memory", "memory, an operation and sample", "B", [Claim(graph, None, 24.0)], once=True),
            Workload("memory", "memory, moons, 10⁶ samples", "B", [Claim(stream, None, 100e6)], once=True),
        ]
    return found


WORKLOADS = [
    step(
        "moons",
        "moons 2-16-16-1, a step",
        {
            ("numpy", "NumPy by hand"): 1.0,
            ("numpy", "PyTorch"): 0.25,
            ("numba", "NumPy by hand"): 0.4,
            ("numba", "jax.jit"): 0.5,
        },
    ),
    step(
        "digits",
        "digits 64-32-10, a step",
        {
            ("numpy", "NumPy by hand"): 1.1,
            ("numpy", "PyTorch"): 0.5,
            ("numba", "NumPy by hand"): 0.95,
            ("numba", "PyTorch"): 0.5,
        },
    ),
    step(
        "784-256-10",
        "784-256-10, a step",
        {("numpy", "NumPy by hand"): 1.2, ("auto", "NumPy by hand"): 1.2},
        compiled="auto",  # which leaves layers as large as these to NumPy
    ),
    *(graph(operations, samples) for operations in SIZES[1:3] for samples in ("1", "32", "128", "1024")),
    recording(),
    growth("eager, built and back-propagated", "eager", "1", "", "autograd", 1.7),
    growth("micrograd, likewise", "eager", "1", "micrograd", "micrograd"),
    growth("numpy, N = 128", "replayed", "128", "numpy", "numpy", 1.7),
    growth("numba, N = 1", "replayed", "1", "numba", "numba", 1.7),
    growth("numba, N = 128", "replayed", "128", "numba", "numba", 1.7),
    growth("CasADi, N = 1", "in_casadi", "1", "casadi"),
    *(memory() if sys.platform == "linux" else []),  # which tells of it
]

"""The life of graphs: whatever is done to them, in whatever order, they stay what a naive model says they are."""

from __future__ import annotations

import copy
import gc
import math
import pickle
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from typing import Any

import hypothesis
from engines import ENGINES
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from strategies import apply

from autograd import DomainError, Tape, Value, compile, ignore_domain, log, no_grad, scope, zero_grad
from autograd.ops import TABLE
from reliability.beside import Pair, arranged, close, matched, require_replay, rerun
from reliability.naive import RULES, Node
from reliability.trials import Count, Trials

PHASES = (Phase.generate, Phase.shrink)
LIVES, STEPS = 20, 60  # lives of a trial, and steps of a life at most
MOST = 4.0  # numbers stay so small that rounding errors do not grow

numbers = st.floats(-MOST, MOST, allow_subnormal=False) | st.sampled_from([0.0, -0.0, 1.0, -1.0])
labels = st.sampled_from(["", "x", "w⁽¹⁾₁₂", "a\nb", "학습률"])
operations = st.lists(st.sampled_from(sorted(RULES)), min_size=1, max_size=12)
blocks = st.sampled_from(["layer 1", "neuron 2", "", "ignore_domain", "no_grad"])


class Life(RuleBasedStateMachine):
    """Graphs of Values beside graphs of Nodes. Blocks that are entered stay open over the steps that follow."""

    pairs = Bundle("pairs")
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[Pair] = []
        self.blocks: list[tuple[AbstractContextManager[Any], str]] = []

    def born(self, v: Value, node: Node) -> Pair:
        """A pair that is looked at after every step from now on."""
        self.alive.append((v, node))
        return v, node

    @property
    def scope(self) -> tuple[str, ...]:
        """The scopes around."""
        return tuple(name for _, name in self.blocks if name not in ("no_grad", "ignore_domain"))

    def within(self, name: str) -> bool:
        """Whether there is such a block around."""
        return any(name == other for _, other in self.blocks)

    # ---- graphs grow

    @initialize(target=pairs, data=st.data(), xs=st.lists(numbers, min_size=1, max_size=3), names=operations)
    def first(self, data: st.DataObject, xs: list[float], names: list[str]) -> Any:
        leaves = [self.leaf(x, "") for x in xs]
        return multiple(*leaves, *self.operations(names, data))

    @rule(target=pairs, x=numbers, label=labels)
    def leaf(self, x: float, label: str) -> Pair:
        return self.born(Value(x, label), Node(x, label, self.scope))

    @rule(target=pairs, data=st.data(), names=operations)
    def grow(self, data: st.DataObject, names: list[str]) -> Any:
        return multiple(*self.operations(names, data))

    def operations(self, names: list[str], data: st.DataObject) -> list[Pair]:
        """Operations on what is there, one after the other."""
        return [pair for name in names for pair in self.operate(name, data)]

    def operate(self, name: str, data: st.DataObject) -> Iterator[Pair]:
        """One operation more of what is there, if its number stays small."""
        given = [x if isinstance(x, tuple) else (x, x) for x in arranged(name, self.alive, data)]
        node = Node.of(name, [x for _, x in given], self.scope)
        if abs(node.data) <= MOST:
            v = apply(TABLE[name], [x for x, _ in given])
            assert close(v.data, node.data, MOST), f"{name} is {v.data}, and not {node.data}"
            node.data = v.data  # from here on it is to be this, bit for bit
            yield self.born(v, Node(v.data, scope=self.scope) if self.within("no_grad") else node)

    @rule(pair=pairs)
    def leave_the_domain(self, pair: Pair) -> None:
        v, _ = pair
        if self.within("ignore_domain"):
            assert math.isnan(log(-1.0 - abs(v)).data)
        else:
            with suppress(DomainError):
                log(-1.0 - abs(v))
                raise AssertionError("log of a number below 0 is no DomainError")

    # ---- gradients

    @rule(pair=pairs, deepest=st.booleans(), gradient=numbers, times=st.integers(1, 3))
    def backward(self, pair: Pair, deepest: bool, gradient: float, times: int) -> None:
        v, node = max(self.alive, key=lambda one: len(one[1].below())) if deepest else pair
        for _ in range(times):
            v.backward(gradient)
            node.backward(gradient)

    @rule(some=st.lists(pairs, min_size=1, max_size=5), all_of_them=st.booleans())
    def zero(self, some: list[Pair], all_of_them: bool) -> None:
        chosen = self.alive if all_of_them else some
        zero_grad([v for v, _ in chosen])
        for _, node in chosen:
            node.grad = node.size = 0.0

    # ---- numbers and labels move

    @rule(pair=pairs, x=numbers)
    def move(self, pair: Pair, x: float) -> None:
        v, node = pair
        if not node.op:
            v.data = node.data = x

    @rule(pair=pairs, label=labels)
    def relabel(self, pair: Pair, label: str) -> None:
        v, node = pair
        v.label = node.label = label

    # ---- blocks

    @rule(left=st.integers(0, 3), entered=st.lists(blocks, max_size=2), with_error=st.booleans())
    def move_between_blocks(self, left: int, entered: list[str], with_error: bool) -> None:
        self.leave(left, KeyError("x") if with_error else None)
        for name in entered:
            block = {"no_grad": no_grad, "ignore_domain": ignore_domain}.get(name, lambda name=name: scope(name))()
            block.__enter__()
            self.blocks.append((block, name))

    def leave(self, count: int, error: Exception | None = None) -> None:
        """Leave so many of the innermost blocks, in good order or by an error."""
        for _ in range(min(count, len(self.blocks))):
            self.blocks.pop()[0].__exit__(type(error) if error else None, error, None)

    # ---- recordings

    @rule(pair=pairs, engine=st.sampled_from(ENGINES), data=st.data())
    def record_and_replay(self, pair: Pair, engine: str, data: st.DataObject) -> None:
        v, node = pair
        leaves = {n: u for u, n in matched([pair]) if not n.op}
        moved = {n: data.draw(numbers) for n in leaves}
        require_replay(Tape.record(v, inputs=[*leaves.values()], engine=engine).value_and_grad, node, moved)

    @rule(pair=pairs, engine=st.sampled_from(ENGINES), data=st.data())
    def compile(self, pair: Pair, engine: str, data: st.DataObject) -> None:
        _, node = pair
        leaves = [n for n in node.below() if not n.op]
        moved = {n: data.draw(numbers) for n in leaves}
        f = compile(lambda xs: rerun(node, dict(zip(leaves, xs, strict=True))), engine=engine)
        require_replay(f.value_and_grad, node, moved)

    # ---- copies, and the end

    @rule(target=pairs, some=st.lists(pairs, min_size=1, max_size=3), by_pickle=st.booleans())
    def copy_deeply(self, some: list[Pair], by_pickle: bool) -> Any:
        values, nodes = zip(*some, strict=True)
        copied = pickle.loads(pickle.dumps(values)) if by_pickle else copy.deepcopy(values)
        return multiple(*map(self.born, copied, copy.deepcopy(nodes)))

    @rule(target=pairs, pair=pairs, detached=st.booleans())
    def copy(self, pair: Pair, detached: bool) -> Pair:
        v, node = pair
        if detached:
            return self.born(v.detach(), Node(node.data, node.label, self.scope))
        return self.born(copy.copy(v), copy.copy(node))

    @rule(pair=consumes(pairs), collect=st.booleans())
    def free(self, pair: Pair, collect: bool) -> None:
        if len(self.alive) > 1:
            self.alive = [other for other in self.alive if other[0] is not pair[0]]
        del pair
        if collect:
            gc.collect(0)

    # ---- what has to be so

    @invariant()
    def agree(self) -> None:
        type(self).steps += 1
        for v, node in matched(self.alive):
            assert (v.data, v.label, v.scope) == (node.data, node.label, node.scope)
            assert (v.op.name if v.op else "") == node.op
            locals_ = [local for _, local in node.edges]
            assert all(map(close, v.local_derivatives, locals_, locals_)), f"∂{node.op}: {locals_} expected"
            assert close(v.grad, node.grad, node.size), f"grad of {v} is not {node.grad}"

    def teardown(self) -> None:
        self.leave(len(self.blocks))


def run(trials: Trials) -> Iterator[Count]:
    """Lives, by a source of random numbers each trial."""
    count = Count("steps in the lives of graphs, which a naive model goes through, too")
    kind = settings(
        max_examples=LIVES,
        stateful_step_count=STEPS,
        phases=PHASES,
        report_multiple_bugs=False,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    for random in trials.of("lives", 60):
        machine = hypothesis.seed(random.getrandbits(64))(type("Life", (Life,), {"steps": 0}))
        try:
            run_state_machine_as_test(machine, settings=kind)
        except Exception as error:
            count.note(False, "\n".join([repr(error), *getattr(error, "__notes__", [])]))
        count.tried += machine.steps
    yield count

"""fit and predict by replay against the same in Values: losses, parameters, gradients, errors, and what can't be."""

import random
from functools import partial, reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interruption import Interruption

from autograd import (
    RecordingError,
    Value,
    absolute,
    clip,
    dot,
    exp,
    grad,
    log,
    maximum,
    mean,
    relu,
    softmax,
    sqrt,
    square,
    tanh,
    total,
    where,
)
from autograd.replay.numpy.engine import NumpyEngine
from autograd.replay.recording import recorded
from autograd.replay.separation import separated
from nn import (
    LOSSES,
    MLP,
    OPTIMIZERS,
    SGD,
    Adam,
    Classifier,
    Layer,
    Module,
    Regressor,
    accuracy,
    binary_cross_entropy,
    cross_entropy,
    cross_entropy_from_logits,
    exponential_decay,
    fit,
    hinge,
    huber,
    mean_squared_error,
    predict,
    predicting,
    recordings,
)
from nn.loop import Run
from nn.rehearsal import rehearsal

rng = np.random.default_rng(7)
X = rng.normal(size=(11, 3))
CLASSES = np.array([0, 2, 1, 1, 0, 2, 0, 1, 2, 0, 1])
TARGETS = {
    "number": rng.normal(size=11),
    "numbers": rng.normal(size=(11, 3)),
    "sign": np.sign(X[:, 0] - X[:, 1]),
    "yes": (X[:, 0] > X[:, 1]).astype(int),
    "share": rng.uniform(size=11),
    "yeses": (X > 0).astype(int),
    "class": CLASSES,
    "one-hot": np.eye(3)[CLASSES],
    "distribution": rng.dirichlet([1.0, 1.0, 1.0], size=11),
}
OUTPUTS = {"number": 1, "sign": 1, "yes": 1, "share": 1}


def net(outputs=1, output="linear", activation="tanh"):
    return MLP(3, [4, outputs], activation, output, seed=3)


# ---- both engines


class Outcome:
    """What a training came to: its rows, or the error that ended it; parameters and gradients after it."""

    def __init__(self, make, X, y, options, engine):
        self.model = make()
        given = {"epochs": 4, "batch_size": 3, "seed": 0, "loss": "mean_squared_error", "optimizer": "adam", **options}
        self.rows, self.error = [], None
        try:
            self.history = fit(self.model, X, y, engine=engine, **given)
            self.rows = self.history.rows
        except Exception as error:
            self.error = type(error), str(error)
        self.parameters = [p.data for p in self.model.parameters()]
        self.gradient = [p.grad for p in self.model.parameters()]


def both(make=net, X=X, y=TARGETS["number"], **options):
    """A training in Values, and the same by replay."""
    return [Outcome(make, X, y, options, engine) for engine in ("eager", "replay")]


def assert_same(eager, replay, tolerance=1e-12):
    """Losses, metrics and parameters to 1e-12; errors to the letter."""
    assert replay.error == eager.error
    assert [row.keys() for row in replay.rows] == [row.keys() for row in eager.rows]
    for a, b in zip(eager.rows, replay.rows, strict=True):
        assert list(b.values()) == pytest.approx(list(a.values()), rel=tolerance, abs=1e-15)
    assert replay.parameters == pytest.approx(eager.parameters, rel=tolerance, abs=1e-14)
    scale = max(map(abs, eager.gradient))
    assert replay.gradient == pytest.approx(eager.gradient, rel=1e-10, abs=1e-12 * scale, nan_ok=True)


@pytest.fixture
def only_replay(monkeypatch, capsys):
    """No step in Values, and nothing said, where fit replays: to be called after trainings in Values."""

    def trained(make=net, X=X, y=TARGETS["number"], **options):
        eager = Outcome(make, X, y, options, "eager")
        with monkeypatch.context() as patch:
            patch.setattr(Run, "step", None)
            replay = Outcome(make, X, y, options, "replay")
        assert_same(eager, replay)
        assert replay.error is None
        assert capsys.readouterr().err == ""
        return eager, replay

    return trained


# ---- losses, activations, optimizers, shapes

CASES = [
    ("mean_squared_error", "linear", "number"),
    ("mean_squared_error", "softplus", "numbers"),
    ("mean_squared_error", "softmax", "distribution"),
    ("mean_absolute_error", "linear", "numbers"),
    ("mean_absolute_error", "tanh", "number"),
    ("huber", "linear", "number"),
    ("huber", "sin", "numbers"),
    ("hinge", "linear", "sign"),
    ("hinge", "arctan", "sign"),
    ("binary_cross_entropy", "sigmoid", "yes"),
    ("binary_cross_entropy", "sigmoid", "yeses"),
    ("binary_cross_entropy", "sigmoid", "share"),
    ("binary_cross_entropy_from_logits", "linear", "yes"),
    ("binary_cross_entropy_from_logits", "square", "yeses"),
    ("binary_cross_entropy_from_logits", "linear", "share"),
    ("cross_entropy", "softmax", "class"),
    ("cross_entropy", "softmax", "one-hot"),
    ("cross_entropy", "softmax", "distribution"),
    ("cross_entropy_from_logits", "linear", "class"),
    ("cross_entropy_from_logits", "tanh", "one-hot"),
    ("cross_entropy_from_logits", "linear", "distribution"),
]


def test_every_loss_is_among_the_cases():
    assert {loss for loss, _, _ in CASES} == set(LOSSES)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(("loss", "output", "targets"), CASES)
def test_the_losses_and_the_parameters_are_those_of_values(only_replay, loss, output, targets, optimizer):
    make = partial(net, OUTPUTS.get(targets, 3), output)
    only_replay(make, y=TARGETS[targets], loss=loss, optimizer=optimizer)


@pytest.mark.parametrize("loss", ["mean_squared_error", lambda p, t: mean_squared_error(p, t, "1/2")])
@pytest.mark.parametrize("batch_size", [1, 2, 3, 10, 11, 12, None])
@pytest.mark.parametrize("samples", [1, 2, 11])
def test_batches_may_divide_the_samples_or_not(only_replay, samples, batch_size, loss):
    only_replay(X=X[:samples], y=TARGETS["number"][:samples], batch_size=batch_size, loss=loss)


@given(
    loss=st.sampled_from(CASES),
    activation=st.sampled_from(["tanh", "sigmoid", "gelu", "softplus", "sin", "erf", "leaky_relu"]),
    hidden=st.lists(st.integers(1, 5), max_size=2),
    samples=st.integers(1, 11),
    batch_size=st.integers(1, 12),
    shuffle=st.booleans(),
    clip=st.sampled_from([None, 0.1, 100.0]),
    optimizer=st.sampled_from([partial(SGD, lr=0.05, momentum=0.9), partial(Adam, lr=0.01, weight_decay=0.1)]),
)
@settings(max_examples=40)
def test_random_trainings_are_those_in_values(loss, activation, hidden, samples, batch_size, shuffle, clip, optimizer):
    loss, output, targets = loss
    eager, replay = both(
        lambda: MLP(3, [*hidden, OUTPUTS.get(targets, 3)], activation, output, seed=1),
        X[:samples],
        TARGETS[targets][:samples],
        loss=loss,
        batch_size=batch_size,
        shuffle=shuffle,
        clip=clip,
        optimizer=optimizer,
    )
    assert eager.error is None
    assert_same(eager, replay)


def test_the_compiled_engine_gives_the_same(only_replay, monkeypatch):
    monkeypatch.setattr(recordings, "PAYS", 0)
    only_replay(partial(net, 3), y=TARGETS["class"], loss="cross_entropy_from_logits")


def test_the_same_seed_gives_the_same_bits():
    first, again, other = (Outcome(net, X, TARGETS["number"], {"seed": seed}, "replay") for seed in (5, 5, 6))
    assert (first.rows, first.parameters, first.gradient) == (again.rows, again.parameters, again.gradient)
    assert first.parameters != other.parameters


# ---- settings


@pytest.mark.parametrize(
    "options",
    [
        {"clip": 0.05},
        {"clip": 1e6},
        {"schedule": exponential_decay(0.1, 0.5)},
        {"schedule": lambda epoch: 0.1 / (1 + epoch)},
        {"optimizer": partial(SGD, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.1), "clip": 0.5},
        {"optimizer": partial(OPTIMIZERS["rmsprop"], lr=0.01, centered=True, momentum=0.5, weight_decay=0.1)},
        {"optimizer": partial(OPTIMIZERS["adamw"], lr=0.01, weight_decay=0.5)},
        {"optimizer": partial(SGD, lr=0.0)},
        {"validation": 0.3},
        {"validation": (X[:2], TARGETS["number"][:2])},
        {"metrics": {"mae": lambda p, t: np.mean([abs(a.data - b) for a, b in zip(p, t, strict=True)])}},
        {"validation": 0.3, "metrics": {"n": lambda p, t: len(p)}, "patience": 1, "epochs": 20},
        {"patience": 2, "optimizer": partial(SGD, lr=0.5), "epochs": 12},
        {"shuffle": False},
        {"epochs": 0},
    ],
)
def test_settings_are_heeded(only_replay, options):
    eager, replay = only_replay(**options)
    assert replay.history.ended == eager.history.ended
    assert len(replay.history) == len(eager.history)


def test_many_samples_are_judged_by_replay(only_replay, monkeypatch):
    """Also within fit's no_grad."""
    many = rng.normal(size=(200, 3)), rng.integers(0, 3, 200)
    options = {"loss": "cross_entropy_from_logits", "metrics": {"accuracy": accuracy}, "epochs": 2}
    only_replay(partial(net, 3), y=CLASSES, validation=many, **options)
    monkeypatch.setattr("nn.loop.outputs_of", lambda model, rows: pytest.fail() if len(rows) > 200 else None)
    outcome = Outcome(partial(net, 3), X, CLASSES, {**options, "metrics": None, "validation": many}, "replay")
    assert outcome.error is None


@pytest.mark.parametrize("engine", ["eager", "replay"])
@pytest.mark.parametrize("loss", ["mean_squared_error", lambda p, t: mean_squared_error(p, t, "1/2")])
def test_a_run_goes_on_bit_for_bit(tmp_path, engine, loss):
    options = {"loss": loss, "validation": 0.2, "clip": 0.5, "metrics": {"n": lambda p, t: len(p)}}
    whole = Outcome(net, X, TARGETS["number"], {**options, "epochs": 6}, engine)
    for epochs in (2, 6):
        saved = {"checkpoint": tmp_path / "run", "resume": True, "epochs": epochs}
        part = Outcome(net, X, TARGETS["number"], {**options, **saved}, engine)
    assert (part.rows, part.parameters, part.gradient) == (whole.rows, whole.parameters, whole.gradient)


def test_a_run_goes_on_with_the_engine_that_it_began_with(tmp_path):
    """For it is to go on with the same bits."""
    saved = {"checkpoint": tmp_path / "run", "resume": True}
    assert Outcome(net, X, TARGETS["number"], saved, "replay").error is None
    kind, text = Outcome(net, X, TARGETS["number"], {**saved, "epochs": 6}, "eager").error
    assert (kind, text.partition(": ")[2]) == (ValueError, "a checkpoint of a run with engine 'replay', not 'eager'")


def test_an_engine_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="fit: engine='numba' is unknown; there are 'replay' and 'eager'"):
        fit(net(), X, TARGETS["number"], loss="huber", engine="numba")


# ---- parameters


@pytest.mark.parametrize(
    "chosen",
    [
        lambda model: model.layers[1].parameters(),
        lambda model: model.parameters()[::-1],
        lambda model: model.parameters()[3:9:2],
    ],
)
def test_an_optimizer_may_have_some_of_the_parameters_in_any_order(only_replay, chosen):
    eager, _ = only_replay(optimizer=lambda model: Adam(chosen(model), lr=0.05, weight_decay=0.1), clip=0.5)
    moved = [a != p.data for a, p in zip(eager.parameters, net().parameters(), strict=True)]
    assert sum(moved) == len(chosen(net()))


class Shared(Module):
    """Two layers with the same weights."""

    def __init__(self):
        self.first, self.second = Layer(3, 3, "tanh", seed=0), Layer(3, 3, "tanh", seed=1)
        for a, b in zip(self.first.neurons, self.second.neurons, strict=True):
            b.w = a.w
        self.spare = Value(2.0)  # which nothing uses

    def __call__(self, x):
        return self.second(self.first(x))


def test_parameters_may_be_shared_and_unused(only_replay):
    only_replay(Shared, y=TARGETS["numbers"], optimizer=partial(SGD, lr=0.1, weight_decay=0.1))


# ---- targets


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint64, bool, np.float16, np.float32, float, list])
def test_targets_of_any_type_count_as_numbers(only_replay, kind):
    """Small ones don't wrap, nor round, in a loss of one's own."""
    y = TARGETS["yes"].tolist() if kind is list else TARGETS["yes"].astype(kind)

    def signs(p, t):
        return mean([relu(0.3 * (1 - (2 * b - 1) * a)) for a, b in zip(p, t, strict=True)])

    eager, _ = only_replay(y=y, loss=signs)
    assert eager.parameters == Outcome(net, X, TARGETS["yes"].astype(float), {"loss": signs}, "eager").parameters


@pytest.mark.parametrize("shape", [(11,), (11, 1)])
def test_targets_may_be_columns(only_replay, shape):
    only_replay(y=TARGETS["number"].reshape(shape))
    only_replay(y=TARGETS["number"].reshape(shape), loss=lambda p, t: mean_squared_error(p, t, "1/n"))


def test_targets_are_those_at_the_start():
    """A callback that writes into the user's array changes no training, as with X."""
    y = TARGETS["number"].copy()
    spoil = [lambda history: y.fill(7.0)]
    for engine in ("eager", "replay"):
        y[:] = TARGETS["number"]
        spoiled = Outcome(net, X, y, {"callbacks": spoil}, engine)
        assert spoiled.parameters == Outcome(net, X, TARGETS["number"], {}, engine).parameters


# ---- losses of one's own


def rows_of(p, t):
    return [(a, b) for row, wanted in zip(p, t, strict=True) for a, b in zip(row, wanted, strict=True)]


def squares(p, t):
    return [square(a - b) for a, b in zip(p, t, strict=True)]


def by_addition(p, t):
    found = 0
    for row, wanted in zip(p, t, strict=True):
        found = found + (row[0] - wanted[0]) ** 2 + 0.5 * (row[1] - wanted[1]) ** 2
        found += abs(row[2] - wanted[2])
    return found


def often(p, t):
    """A graph with 2³⁰ paths."""
    found = sum(squares(p, t))
    for _ in range(30):
        found = (found + found) * 0.5
    return found


OWN = {
    "a form": (partial(mean_squared_error, form="1/(2m)"), "number"),
    "a lambda": (lambda p, t: huber(p, t, delta=0.3), "numbers"),
    "a margin": (lambda p, t: hinge(p, t, margin=0.5), "sign"),
    "classes from 1": (lambda p, t: cross_entropy_from_logits(p, t - 1), "from 1"),
    "labels from 0 and 1": (lambda p, t: hinge(p, 2 * t - 1), "yes"),
    "smoothed rows": (lambda p, t: cross_entropy([softmax(row) for row in p], 0.9 * t + 0.1 / 3), "one-hot"),
    "smoothed labels": (
        lambda p, t: binary_cross_entropy([(tanh(a) + 1) / 2 for a in p], [0.9 * b + 0.05 for b in t]),
        "yes",
    ),
    "bits": (lambda p, t: cross_entropy([softmax(row) for row in p], t, base=2), "distribution"),
    "a sum": (lambda p, t: sum(squares(p, t)), "number"),
    "a total over a number": (lambda p, t: total(squares(p, t)) / 7, "number"),
    "a mean with weights by targets": (
        lambda p, t: mean([(1 + b * b) * s for s, b in zip(squares(p, t), t, strict=True)]),
        "number",
    ),
    "additions": (by_addition, "numbers"),
    "additions of columns": (by_addition, "distribution"),
    "differences": (lambda p, t: 1.0 - sum(-s for s in squares(p, t)) - 0.5, "number"),
    "a factor": (lambda p, t: 3.0 * mean(squares(p, t)) * 0.5 + 1.0, "number"),
    "a negative mean": (lambda p, t: -mean([-s for s in squares(p, t)]), "number"),
    "a product of lists": (lambda p, t: dot([1 / len(p)] * len(p), squares(p, t)), "number"),
    "arrays": (lambda p, t: np.mean((np.array(p) - t) ** 2), "numbers"),
    "a product of arrays": (lambda p, t: (np.array(p) - t) @ (np.array(p) - t) / len(p), "number"),
    "two losses": (lambda p, t: 0.3 * mean_squared_error(p, t) + 0.7 * huber(p, t), "numbers"),
    "sums of outputs": (
        lambda p, t: mean_squared_error([sum(row) for row in p], [sum(row) for row in t]),
        "numbers",
    ),
    "many paths": (often, "number"),
    "conditions": (
        lambda p, t: mean([where(a > b, square(a - b), absolute(a - b)) for a, b in zip(p, t, strict=True)]),
        "number",
    ),
    "quantiles": (
        lambda p, t: mean([maximum(0.9 * (b - a), 0.1 * (a - b)) for a, b in zip(p, t, strict=True)]),
        "number",
    ),
    "clipped": (lambda p, t: total([clip(a - b, -0.5, 0.5) * (a - b) for a, b in rows_of(p, t)]), "numbers"),
    "written over": (lambda p, t: (t.__imul__(2), mean_squared_error(p, t))[1], "number"),
    "an object": (type("Own", (), {"__call__": lambda self, p, t: mean_squared_error(p, t)})(), "number"),
}
TARGETS["from 1"] = CLASSES + 1


@pytest.mark.parametrize("name", OWN)
def test_losses_of_ones_own_are_recorded(only_replay, name):
    loss, targets = OWN[name]
    only_replay(partial(net, OUTPUTS.get(targets, 3)), y=TARGETS[targets], loss=loss)


def test_a_loss_may_be_added_to_the_names(only_replay, monkeypatch):
    """And is not taken for one of ours, which are means over samples."""
    monkeypatch.setitem(LOSSES, "sum_of_squares", lambda p, t: total(squares(p, t)))
    only_replay(loss="sum_of_squares")


class Held:
    """A model that a loss of its parameters knows."""

    def __call__(self):
        self.model = net()
        return self.model

    def squared(self):
        return total([square(p) for p in self.model.parameters()])


@pytest.mark.parametrize(
    "penalized",
    [
        lambda held, p, t: mean_squared_error(p, t) + 0.01 * held.squared(),
        lambda held, p, t: mean([s + 0.01 * held.squared() for s in squares(p, t)]),
        lambda held, p, t: mean_squared_error(p, t) + 0.01 * sum(abs(w) for w in held.model.parameters()),
        lambda held, p, t: (
            exp(-held.model.parameters()[0]) * mean_squared_error(p, t) + held.model.parameters()[0] ** 2
        ),
        lambda held, p, t: mean([s * exp(held.model.parameters()[3]) for s in squares(p, t)]),
        lambda held, p, t: mean_squared_error(p, t) + grad(lambda w: w**3)(held.model.parameters()[2]) * 0.1,
    ],
)
def test_a_loss_may_have_the_parameters(only_replay, penalized):
    held = Held()
    only_replay(held, loss=lambda p, t: penalized(held, p, t))


# ---- models of one's own


class Own(Module):
    """Weights for three inputs, and whatever a test says of them."""

    def __init__(self, call):
        self.w, self._call = [Value(0.5), Value(-0.25), Value(0.75)], call

    def __call__(self, x):
        return self._call(self, x)


class Residual(Module):
    """Layers in a dict, one of them twice, and a function of the user's as activation."""

    def __init__(self):
        self.parts = {"in": Layer(3, 4, lambda z: z * tanh(z), seed=0), "mid": Layer(4, 4, "gelu", seed=1)}
        self.out = Layer(4, 3, seed=2, spelt_out=True)
        self.scale = 0.5

    def __call__(self, x):
        h = self.parts["in"](np.array(x))
        for _ in range(2):
            h = [a + self.scale * b for a, b in zip(h, self.parts["mid"](h), strict=True)]
        return self.out(h)


MODELS = {
    "a Value": lambda m, x: dot(m.w, x),
    "a list of one": lambda m, x: [dot(m.w, x)],
    "a tuple": lambda m, x: (m.w[0] * x[0], m.w[1] * x[1]),
    "one Value twice": lambda m, x: [m.w[0] * x[0]] * 2,
    "a parameter": lambda m, x: [m.w[0], m.w[1] * x[1]],
    "an input": lambda m, x: [m.w[0] * x[0], x[1] + 0.0 * m.w[1]],
    "a branch on settings": lambda m, x: dot(m.w, x) if m.training else 0.0 * dot(m.w, x),
    "a condition": lambda m, x: where(x[0] > 0, m.w[0], m.w[1]) * x[2],
    "a branch on parameters": lambda m, x: dot(m.w, x) if m.w[0] > -5.0 else -dot(m.w, x),
    "an order of parameters": lambda m, x: max(m.w) * x[0] + min(m.w) * x[1],
    "products of arrays": lambda m, x: np.array(m.w) @ np.array(x),
    "a derivative": lambda m, x: grad(lambda w: tanh(w * x[0]))(m.w[0]),
    "written over": lambda m, x: (x.__setitem__(0, x[0] * 2), dot(m.w, x))[1],
}


@pytest.mark.parametrize("name", MODELS)
def test_models_of_ones_own_are_recorded(only_replay, name):
    given = MODELS[name](Own(None), [1.0, 2.0, 3.0])
    y = TARGETS["numbers"][:, : len(given)] if isinstance(given, (list, tuple)) else TARGETS["number"]
    eager, _ = only_replay(partial(Own, MODELS[name]), y=y)
    assert eager.parameters != [0.5, -0.25, 0.75]


def test_layers_may_be_put_together_in_any_way(only_replay):
    only_replay(Residual, y=TARGETS["numbers"])


def test_values_from_outside_are_read_at_every_step(only_replay):
    """And gather the gradients of all steps, as in Values: nobody sets them to 0."""
    heat, share = Value(1.0), Value(0.5)

    def make():
        heat.data, share.data, heat.grad, share.grad = 1.0, 0.5, 0.0, 0.0
        return Own(lambda model, x: tanh(dot(model.w, x) / heat))

    gradients = []

    def anneal(history):
        gradients.append((heat.grad, share.grad))
        heat.data *= 0.8
        share.data += 0.1 * heat.grad
        heat.grad = 0.0

    only_replay(make, loss=lambda p, t: share * mean_squared_error(p, t), callbacks=[anneal])
    eager, replay = gradients[: len(gradients) // 2], gradients[len(gradients) // 2 :]
    assert np.array(replay) == pytest.approx(np.array(eager), rel=1e-12)
    assert all(0.0 not in each for each in eager)


# ---- what runs between the epochs


class Warm(Module):
    """A line whose slope has a factor, which is no parameter."""

    def __init__(self):
        self.w, self.b, self.factor, self.squared = Value(0.5), Value(0.1), 1.0, False

    def __call__(self, x):
        y = self.factor * self.w * x[0] + self.b
        return y * y if self.squared else y


CHANGES = {
    "a number": lambda model, epoch: setattr(model, "factor", 1.0 + epoch),
    "a branch": lambda model, epoch: setattr(model, "squared", epoch > 1),
    "a parameter's number": lambda model, epoch: setattr(model.w, "data", -model.w.data),
    "a method": lambda model, epoch: setattr(model, "__class__", type("Bent", (Warm,), {"__call__": bent})),
    "the mode": lambda model, epoch: model.eval(),
}


def bent(model, x):
    return tanh(Warm.__call__(model, x)) if model.training else Warm.__call__(model, x)


class Maker:
    """Makes models, and knows the last one."""

    def __init__(self, kind):
        self.kind = kind

    def __call__(self):
        self.model = self.kind()
        return self.model


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("where", ["callback", "metric", "schedule"])
def test_what_changes_between_epochs_is_heeded(only_replay, change, where):
    make = Maker(Warm)
    options = {
        "callback": {"callbacks": [lambda history: change(make.model, len(history))]},
        "metric": {"metrics": {"m": lambda p, t: (change(make.model, 2), 1.0)[1]}},
        "schedule": {"schedule": lambda epoch: (change(make.model, epoch), 0.1)[1]},
    }[where]
    only_replay(make, optimizer=partial(SGD, lr=0.1), **options)


def test_a_loss_that_changes_between_epochs_is_heeded(only_replay):
    held = {"factor": 1.0}

    def make():
        held["factor"] = 1.0
        return net()

    only_replay(
        make,
        loss=lambda p, t: held["factor"] * mean_squared_error(p, t),
        callbacks=[lambda history: held.update(factor=held["factor"] / 2)],
    )


def test_settings_of_the_optimizer_that_change_between_epochs_are_heeded(only_replay):
    made = []

    def optimizer(model):
        made.append(SGD(model, lr=0.1, momentum=0.5, weight_decay=0.1))
        return made[-1]

    def tighten(history):
        made[-1].lr /= 2
        made[-1].momentum += 0.1
        made[-1].weight_decay /= 2

    only_replay(optimizer=optimizer, callbacks=[tighten])
    assert made[0].state_dict()["b"] == pytest.approx(made[1].state_dict()["b"], rel=1e-12)


def test_callbacks_and_metrics_see_parameters_and_gradients_as_they_are(only_replay):
    make, seen = Maker(net), []

    def look(*_):
        seen.append([x for p in make.model.parameters() for x in (p.data, p.grad)])
        return 1.0

    only_replay(make, callbacks=[lambda history: look() and None], metrics={"look": look})
    eager, replay = np.split(np.array(seen), 2)
    assert replay == pytest.approx(eager, rel=1e-10, abs=1e-14)


# ---- what can't be recorded

SAID = "fit: steps are computed in Values, which takes longer: {}\n"
SOME = "fit: some steps are computed in Values, which takes longer: {}\n"
DIFFERS = "the model or the loss computes something else each time"
BRANCH = "a branch goes one way for some samples, and the other way for others: write where(condition, a, b)"
FROZEN = "recording: {} (at {}:{}) would freeze a number: {}"


class Dropout(Module):
    """Draws from a generator of its own, of one kind or another, or from that of a module."""

    def __init__(self, generator):
        random.seed(0)
        np.random.seed(0)
        self.w, self.generator = [Value(0.5), Value(-0.25), Value(0.75)], generator()

    def __call__(self, x):
        return dot(self.w, [a * (self.generator.random() < 0.5) for a in x])


GENERATORS = {
    "Python's": lambda: random.Random(0),
    "NumPy's": lambda: np.random.default_rng(0),
    "NumPy's of old": lambda: np.random.RandomState(0),
    "that of Python's module": lambda: random,
    "that of NumPy's module": lambda: np.random,
}


@pytest.mark.parametrize("generator", GENERATORS.values(), ids=GENERATORS)
def test_random_models_draw_the_same_numbers_as_in_values(capsys, generator):
    """What was drawn to try a recording is put back."""
    many = rng.normal(size=(100, 3))
    assert_same(*both(partial(Dropout, generator), validation=(many, np.ones(100))), tolerance=0.0)
    said = capsys.readouterr().err  # two recordings may draw the same
    assert said == SAID.format(DIFFERS) or said.startswith(SAID.format("recorded, the loss is ")[:-1])
    model = Dropout(generator)
    assert [model(row).data for row in many] == predict(Dropout(generator), many).tolist()


def test_what_can_no_longer_be_recorded_goes_on_in_values(capsys):
    make = Maker(Warm)

    def drop(history):
        make.model.draws = random.Random(0)
        make.model.__class__ = type("Dropping", (Warm,), {"__call__": dropping})

    assert_same(*both(make, callbacks=[drop]))
    assert capsys.readouterr().err == SAID.format(DIFFERS)


def dropping(model, x):
    return Warm.__call__(model, x) * (model.draws.random() < 0.5)


UNLIKE = "the loss does not treat all samples alike"
NO_SUM = "the loss is no sum over samples: {} takes several of them together"
FREEZE_DATA = "compute with v itself, or compute the number outside of the function"
FREEZE_EQUAL = "write equal(v, w), or `v is w`"

LOSSES_IN_VALUES = {
    "the worst": (lambda p, t: max(squares(p, t)), "the loss branches on several samples at once"),
    "the worst by maximum": (lambda p, t: reduce(maximum, squares(p, t)), NO_SUM.format("maximum")),
    "a root": (lambda p, t: sqrt(mean(squares(p, t))), NO_SUM.format("sqrt")),
    "a quotient": (lambda p, t: sum(squares(p, t)) / sum(a * a + 1 for a in p), NO_SUM.format("div")),
    "a variance": (lambda p, t: mean([(a - mean(p)) ** 2 for a in p]), NO_SUM.format("square")),
    "a softmax of the batch": (lambda p, t: mean(squares(softmax([0.1, *p]), [1.0, *t])), NO_SUM.format("square")),
    "neighbours": (lambda p, t: mean([a * b for a, b in zip(p, [*p[1:], p[0]], strict=True)]), NO_SUM.format("mul")),
    "a product of neighbours": (lambda p, t: dot(p, [*p[1:], p[0]]), NO_SUM.format("dot")),
    "the first": (lambda p, t: square(p[0] - t[0]), UNLIKE),
    "weights by place": (lambda p, t: mean([k * s for k, s in enumerate(squares(p, t), 1)]), UNLIKE),
    "a branch on targets": (
        lambda p, t: mean([square(a - b) if b > 0 else absolute(a - b) for a, b in zip(p, t, strict=True)]),
        UNLIKE,
    ),
}


@pytest.mark.parametrize(("loss", "reason"), LOSSES_IN_VALUES.values(), ids=LOSSES_IN_VALUES)
def test_losses_that_couple_samples_or_tell_them_apart_are_computed_in_values(capsys, loss, reason):
    eager, replay = both(loss=loss, shuffle=False)
    assert eager.error is None
    assert_same(eager, replay, tolerance=0.0)
    assert capsys.readouterr().err == SAID.format(reason)


def reads_data(p, t):
    return mean([s * (1 + abs(a.data)) for s, a in zip(squares(p, t), p, strict=True)])


def compares(p, t):
    return mean([2 * s if b == 1.0 else s for s, b in zip(squares(p, t), t, strict=True)])


@pytest.mark.parametrize(
    ("loss", "what", "remedy"),
    [(reads_data, "v.data", FREEZE_DATA), (compares, "v == w, which is False for any two Values,", FREEZE_EQUAL)],
)
def test_what_a_recording_would_freeze_is_named_with_its_line(capsys, loss, what, remedy):
    assert_same(*both(loss=loss, y=TARGETS["yes"]), tolerance=0.0)
    line = loss.__code__.co_firstlineno + 1
    assert capsys.readouterr().err == SAID.format(FROZEN.format(what, __file__, line, remedy))


def test_a_loss_that_only_a_smaller_batch_refuses_is_computed_in_values(capsys):
    """Before the first step, though it is the last batch of an epoch that is smaller."""
    assert_same(*both(loss=lambda p, t: reads_data(p, t) if len(p) < 3 else mean(squares(p, t))), tolerance=0.0)
    assert capsys.readouterr().err.startswith(SAID.format(FROZEN.format("v.data", __file__, "", ""))[:100])


class Counting(Own):
    """Keeps something of every call: a number, a list, an array."""

    def __init__(self, keep):
        super().__init__(None)
        self.calls, self.seen, self.means = 0, [], np.zeros(3)
        self._keep = keep

    def __call__(self, x):
        self._keep(self, x)
        return dot(self.w, x) * (1.0 if self.calls + len(self.seen) + self.means[0] < 20 else 0.5)


KEEPING = {
    "calls": lambda model, x: setattr(model, "calls", model.calls + 1),
    "seen": lambda model, x: model.seen.append(x),
    "means": lambda model, x: model.means.__iadd__(1.0),
    "last": lambda model, x: setattr(model, "last", x),
}


@pytest.mark.parametrize("name", KEEPING)
def test_models_that_keep_something_of_a_call_are_called_at_every_step(capsys, name):
    """And what they kept while a recording was tried is forgotten."""
    eager, replay = both(partial(Counting, KEEPING[name]))
    assert_same(eager, replay, tolerance=0.0)
    for attribute in ("calls", "seen", "last"):
        assert getattr(replay.model, attribute, None) == getattr(eager.model, attribute, None)
    assert (replay.model.means == eager.model.means).all()
    assert capsys.readouterr().err == SAID.format(f"calling it changes Counting.{name}")


CALLS = 0


def counted(p, t):
    global CALLS
    CALLS += 1
    return mean_squared_error(p, t) * (1.0 if CALLS < 12 else 0.5)


def counted_inside():
    calls = 0

    def counted(p, t):
        nonlocal calls
        calls += 1
        return mean_squared_error(p, t) * (1.0 if calls < 12 else 0.5)

    return counted


def counted_outside():
    global CALLS
    CALLS = 0
    return counted


class Counted:
    def __init__(self):
        self.calls = 0

    def __call__(self, p, t):
        self.calls += 1
        return mean_squared_error(p, t) * (1.0 if self.calls < 12 else 0.5)

    def method(self, p, t):
        return self(p, t)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (counted_inside, "counted.calls"),
        (counted_outside, "counted.CALLS"),
        (Counted, "Counted.calls"),
        (lambda: Counted().method, "Counted.calls"),
    ],
)
def test_losses_that_count_their_calls_are_called_at_every_step(capsys, make, name):
    eager, replay = (Outcome(net, X, TARGETS["number"], {"loss": make()}, engine) for engine in ("eager", "replay"))
    assert_same(eager, replay, tolerance=0.0)
    assert capsys.readouterr().err == SAID.format(f"calling it changes {name}")


MODELS_IN_VALUES = {
    "an array": (
        lambda m, x: np.array([m.w[0] * x[0], m.w[1] * x[1]]),
        "the model gives neither a Value nor a list of them",
    ),
    "a list of lists": (lambda m, x: [[dot(m.w, x)]], "the model gives neither a Value nor a list of them"),
    "equal inputs": (
        lambda m, x: dot(m.w, x) * (2.0 if x[0] == x[1] else 1.0),
        "recording: v == w, which is False for any two Values, ",
    ),
    "different inputs": (lambda m, x: dot(m.w, x) * len(set(x)), "recorded, the loss is "),
    "a branch on inputs": (lambda m, x: dot(m.w, x) if x[0] > 0 else m.w[1], BRANCH),
    "the largest input": (lambda m, x: dot(m.w, x) * max(x), BRANCH),
    "an index": (lambda m, x: m.w[int(x[0] > 0)] * x[1], "int() argument"),
    "a number of a function": (lambda m, x: dot(m.w, x) * np.float64(x[0]), "recording: float(v)"),
    "a derivative of numbers, which is one": (
        lambda m, x: grad(lambda a: tanh(m.w[0] * a))(x[0]) * m.w[1],
        "recorded, the loss has another gradient than in Values",
    ),
    "what was computed before": (
        lambda m, x: dot(m.w, x) * m._before,
        "the model uses exp, which was computed before it was called: compute it inside",
    ),
    "the last gradient": (
        lambda m, x: dot(m.w, x) + 0.01 * m.w[0].grad * m.w[1],
        "the loss of the first samples is nan",
    ),
}


def with_before(call):
    """A model that holds the exponential of a parameter from when it was made."""
    model = Own(call)
    model._before = exp(model.w[0])
    return model


@pytest.mark.parametrize("name", MODELS_IN_VALUES)
def test_models_that_cannot_be_recorded_are_computed_in_values(capsys, name):
    call, reason = MODELS_IN_VALUES[name]
    kind = {"an array": TARGETS["numbers"][:, :2], "a list of lists": TARGETS["number"][:, None]}
    loss = any_loss if name in kind else "mean_squared_error"
    inputs = X.round()  # of which some are equal
    eager, replay = both(partial(with_before, call), inputs, kind.get(name, TARGETS["number"]), loss=loss)
    assert eager.error is None
    assert_same(eager, replay, tolerance=0.0)
    said = capsys.readouterr().err
    assert said.startswith(SAID.format(reason)[:-1])
    assert said.count("\n") == 1


def any_loss(p, t):
    """Of outputs of any shape."""
    return mean([square(a - b) for a, b in zip(np.ravel(np.array(p)), np.ravel(t), strict=True)])


def test_branches_that_some_samples_take_are_computed_in_values(capsys):
    """Only the batches that they are in; stderr says so once."""
    far = np.where(np.arange(11) == 7, 50.0, TARGETS["number"])

    def loss(p, t):
        return mean([square(a - b) if abs(a - b) < 10.0 else abs(a - b) for a, b in zip(p, t, strict=True)])

    assert_same(*both(y=far, loss=loss, batch_size=2, shuffle=False))
    assert capsys.readouterr().err == SOME.format(BRANCH)


def test_a_branch_that_parameters_decide_is_recorded_anew(capsys, monkeypatch):
    steps = []
    monkeypatch.setattr(Run, "step", lambda run, batch, step=Run.step: (steps.append(1), step(run, batch))[1])

    def call(model, x):
        return dot(model.w, x) if model.w[0] < 0.6 else dot(model.w, x) + 0.1

    options = {"optimizer": partial(SGD, lr=0.1), "epochs": 20, "batch_size": 4}
    eager, replay = both(partial(Own, call), y=3.0 * X[:, 0], **options)
    assert_same(eager, replay)
    assert eager.parameters[0] > 0.6
    assert len(steps) == 60 + 1
    assert capsys.readouterr().err == SOME.format(BRANCH)


def test_an_optimizer_with_a_step_of_its_own_is_asked_for_it(capsys):
    class Clamped(SGD):
        def step(self):
            super().step()
            for p in self.parameters:
                p.data = min(max(p.data, -0.3), 0.3)

    assert_same(*both(optimizer=partial(Clamped, lr=0.2)), tolerance=0.0)
    assert capsys.readouterr().err == SAID.format("Clamped has a step() of its own")


def test_an_optimizer_with_a_rule_of_its_own_is_replayed(only_replay):
    class Signs(Adam):
        memory = ("last",)

        def rule(self, w, g):
            self.last = 0.5 * self.last + g
            return w - self.lr * self.last / (1 + np.abs(self.last))

    only_replay(optimizer=partial(Signs, lr=0.05))


def test_targets_that_are_no_numbers_are_computed_in_values(capsys):
    y = np.array(["0", "1", "1"])
    loss = lambda p, t: mean([square(a - (b == "1")) for a, b in zip(p, t, strict=True)])
    assert_same(*both(X=X[:3], y=y, loss=loss), tolerance=0.0)
    assert capsys.readouterr().err == SAID.format("targets are of type <U1, and not numbers")


def test_a_parameter_that_the_model_no_longer_has_is_the_optimizers_alone(capsys):
    make = Maker(Warm)
    metrics = {"m": lambda p, t: (setattr(make.model, "b", Value(0.3)), 1.0)[1]}  # also called before the first epoch
    assert_same(*both(make, metrics=metrics), tolerance=0.0)
    assert capsys.readouterr().err == SAID.format("the optimizer has parameters that are no longer of the model")


@pytest.mark.parametrize("part", ["share", "rest", "gradient"])
def test_a_recording_that_gives_other_numbers_is_not_used(capsys, monkeypatch, part):
    """Whatever the reason: it is compared with Values before it makes a step."""

    class Wrong(NumpyEngine):
        def gradients(self, shared, batch, seeds):
            found = super().gradients(shared, batch, seeds)
            k = {"share": 0, "rest": 1}.get(part)
            if k is not None:
                found.outputs[k][...] += 1e-6
            return found._replace(shared=found.shared * (1 + 1e-6 * (k is None)))

    monkeypatch.setattr(recordings, "engine_for", lambda name: Wrong)
    assert_same(*both(), tolerance=0.0)
    what = "another gradient than in Values" if part == "gradient" else "is "
    assert what in capsys.readouterr().err


def test_eager_says_nothing(capsys):
    assert Outcome(partial(Dropout, GENERATORS["Python's"]), X, TARGETS["number"], {}, "eager").error is None
    assert capsys.readouterr().err == ""


# ---- errors

HOT = {"optimizer": partial(SGD, lr=1e200)}
FAILING = {
    "too high a learning rate": {**HOT, "make": lambda: MLP(3, [1], seed=0)},
    "a value that no float holds": {"loss": lambda p, t: mean_squared_error(p, t) * 1e300, **HOT},
    "an overflow": {"loss": lambda p, t: mean([exp(s * 1e3) for s in squares(p, t)]), **HOT},
    "a logarithm of 0": {"loss": lambda p, t: mean([log(relu(a) + 0.0 * b) for a, b in zip(p, t, strict=True)])},
    "a root of 0": {"loss": lambda p, t: mean([sqrt(relu(a)) for a in p])},
    "a division by 0": {"loss": lambda p, t: mean([1 / relu(a) for a in p])},
    "a gradient that clipping refuses": {"loss": lambda p, t: mean_squared_error(p, t) * 1e308, "clip": 1.0},
    "no probabilities": {"loss": "cross_entropy", "make": partial(net, 3), "y": CLASSES},
    "no probability": {"loss": "binary_cross_entropy", "y": TARGETS["yes"]},
    "a saturated probability": {
        "loss": "binary_cross_entropy",
        "make": partial(net, 1, "sigmoid"),
        "y": TARGETS["yes"],
        "optimizer": partial(SGD, lr=1e4),
        "epochs": 20,
    },
    "wrong targets": {"loss": "hinge", "y": TARGETS["yes"]},
    "a loss without a graph": {"loss": lambda p, t: Value(1.0)},
    "a loss that is a number": {"loss": lambda p, t: 1.0},
    "an error of the user's": {"loss": lambda p, t: [][0]},
    "a model that refuses": {"make": partial(Own, lambda model, x: dot(model.w[:2], x))},
    "a metric that refuses": {"metrics": {"m": lambda p, t: [][0]}},
    "a validation loss that is not finite": {
        "make": lambda: MLP(3, [1], seed=0),
        "validation": (np.full((70, 3), 1e200), np.zeros(70)),
    },
    "a callback that refuses": {"callbacks": [lambda history: [][0]]},
    "a schedule that refuses": {"schedule": lambda epoch: -1.0 if epoch == 2 else 0.1},
}


@pytest.mark.parametrize("name", FAILING)
@pytest.mark.parametrize("patience", [None, 5])
def test_errors_are_those_in_values(name, patience):
    """In the same words, and parameters and gradients are left as they are there."""
    eager, replay = both(**{"patience": patience, **FAILING[name]})
    assert eager.error is not None
    assert_same(eager, replay, tolerance=1e-10)


@pytest.mark.parametrize("moment", range(1, 8))
def test_an_interruption_of_a_replayed_step_leaves_the_best_parameters(moment, capsys):
    model = net()
    states = [model.state_dict()]
    with Interruption(moment, "_move"):
        history = fit(
            model,
            X,
            TARGETS["number"],
            loss="mean_squared_error",
            batch_size=4,
            seed=0,
            callbacks=[lambda history: states.append(model.state_dict())],
        )
    assert history.ended == "interrupted"
    assert len(history) == len(states) - 1 < 4
    assert model.state_dict() == states[1 + history.best_epoch if len(history) else 0]
    assert capsys.readouterr().err.startswith("fit: interrupted; ")


def test_an_interruption_while_recording_leaves_everything_as_it_was():
    for moment in (1, 5, 20, 60, 150, 400):
        model = net()
        before = model.state_dict()
        for p in model.parameters():
            p.grad = 0.5
        with Interruption(moment, "_recorded"):
            fit(model, X, TARGETS["number"], loss=lambda p, t: mean(squares(p, t)), epochs=1, optimizer="sgd")
        assert model.state_dict().keys() == before.keys()
        assert all(p.grad == p.grad for p in model.parameters())


# ---- rehearsals


def test_a_rehearsal_leaves_no_traces():
    model = Counting(KEEPING["calls"])
    model.draws, model.w[0].grad = random.Random(0), 0.25
    expected = random.Random(0).random()
    with pytest.raises(RecordingError, match=r"^calling it changes Counting\.calls$"), rehearsal(model):
        model.calls += 1
        model.seen.append(1)
        model.means += 1
        model.new = 1
        model.draws.random()
        assert np.isnan(model.w[0].grad)
    assert (model.calls, model.seen, model.means.tolist(), hasattr(model, "new")) == (0, [], [0.0] * 3, False)
    assert (model.draws.random(), model.w[0].grad) == (expected, 0.25)


def test_an_error_in_a_rehearsal_arrives_as_it_is():
    model = Counting(KEEPING["calls"])
    with pytest.raises(KeyError), rehearsal(model):
        model.calls += 1
        raise KeyError
    assert model.calls == 0


# ---- predictions


@pytest.mark.parametrize("samples", [1, 63, 64, 65, 5000])
@pytest.mark.parametrize(("outputs", "output"), [(1, "linear"), (1, "sigmoid"), (3, "softmax")])
def test_predictions_are_those_in_values(samples, outputs, output):
    model, many = net(outputs, output, "gelu"), rng.normal(size=(samples, 3))
    model.layers[0].eval()
    modes = [module.training for _, module in model.named_modules()]
    found = predict(model, many)
    expected = [[v.data for v in y] if outputs > 1 else y.data for y in map(model, many.tolist())]
    assert found.shape == np.shape(expected)
    assert found == pytest.approx(np.array(expected), rel=1e-13, abs=1e-15)
    assert [module.training for _, module in model.named_modules()] == modes


def test_predictions_are_of_the_parameters_as_they_are():
    model, many = net(), rng.normal(size=(100, 3))
    before = predict(model, many)
    for p in model.parameters():
        p.data *= 0.5
    assert abs(predict(model, many) - before).min() > 0.0


@pytest.mark.parametrize("name", [name for name in {**MODELS_IN_VALUES, **MODELS} if name != "a list of lists"])
def test_any_model_predicts_as_in_values(name, capsys, monkeypatch):
    call = {**{name: call for name, (call, _) in MODELS_IN_VALUES.items()}, **MODELS}[name]
    model, many = with_before(call), rng.normal(size=(100, 3)).round()
    found = predict(model, many)
    monkeypatch.setattr(predicting, "MANY", 1000)
    assert found == pytest.approx(predict(model, many), rel=1e-13, abs=1e-15)
    assert capsys.readouterr().err == ""


def test_predictions_that_leave_the_finite_numbers_are_refused_in_the_same_words():
    model, far = MLP(3, [1], lambda z: 1 / z, lambda z: 1 / z, seed=0), np.zeros((70, 3))
    with pytest.raises(ValueError, match="0") as few:
        predict(model, far[:5])
    with pytest.raises(ValueError, match="0") as many:
        predict(model, far)
    assert str(many.value).partition(" (at")[0] == str(few.value).partition(" (at")[0]


@pytest.mark.parametrize("kind", ["two classes", "three classes", "numbers"])
def test_estimators_are_those_in_values(kind):
    y = {"two classes": TARGETS["yes"], "three classes": CLASSES, "numbers": TARGETS["numbers"]}[kind]
    estimator = partial(Regressor if kind == "numbers" else Classifier, hidden=(4,), epochs=5, random_state=0)
    eager, replay = (estimator(activation="tanh", engine=engine).fit(X, y) for engine in ("eager", "replay"))
    assert replay.history_.loss == pytest.approx(eager.history_.loss, rel=1e-12)
    assert replay.predict(X) == pytest.approx(eager.predict(X), rel=1e-10, abs=1e-12)


def test_a_loss_of_no_output_is_told(capsys):
    with pytest.raises(TypeError, match=r"the loss gave float 1\.0, not a Value computed from the model's outputs"):
        fit(MLP(1, [1]), [[0.0], [1.0]], [0.0, 1.0], loss=lambda p, t: 1.0, epochs=1)
    assert "the loss gives no Value computed from the model's outputs" in capsys.readouterr().err


def test_a_result_of_a_sample_is_not_taken_for_what_samples_share():
    a, b, w = Value(0.5), Value(0.25), Value(0.75)
    loss = maximum(tanh(a), tanh(a)) + maximum(w, tanh(b))
    with pytest.raises(RecordingError, match="the loss does not treat all samples alike"):
        separated(recorded([loss], [a, b, w]).program, [], samples=2, each=1)

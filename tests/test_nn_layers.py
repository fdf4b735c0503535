"""Modules, neurons, layers, networks: parameters, labels, numbers and gradients; first weights; activations."""

from __future__ import annotations

import copy
import math
import pickle
import random
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import DEFINITIONS, mp

import autograd
from autograd import Value, check_gradient, check_graph, dot, exp, sigmoid, softmax, tanh, total
from autograd.graph import topological_order
from autograd.ops import TABLE, define
from nn import MLP, Layer, Module, Neuron
from nn.activations import activation_function, activation_name, activation_names
from nn.data import moons
from nn.initializers import INITIALIZERS, generator, initial_weights

EXACT = 0.0 if sys.version_info < (3, 12) else 4e-15  # from 3.12 on, Python's sum compensates its rounding
SEEDS = st.integers(0, 2**32)


class Line(Module):
    """w·x + b, by hand."""

    def __init__(self):
        self.w = [Value(2.0), Value(-1.0)]
        self.b = Value(0.5)

    def __call__(self, x):
        return self.w[0] * x[0] + self.w[1] * x[1] + self.b


def names(module):
    return [name for name, _ in module.named_parameters()]


def relative(found, expected):
    """The largest error, over the largest of the numbers expected."""
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    return np.abs(found - expected).max() / np.abs(expected).max()


# ---- modules: names and order


def test_names_follow_the_attributes():
    class Zoo(Module):
        def __init__(self):
            self.scale = Value(1.0)
            self.w = [Value(2.0), Value(3.0)]
            self.pair = (Value(4.0), Line())
            self.by_name = {"left": Value(5.0), "right": Line(), 3: [Value(6.0)]}
            self.lines = [Line(), Line()]
            self.grid = [[Value(7.0)], [Value(8.0), Value(9.0)]]
            self.array = np.array([Value(10.0), Value(11.0)])
            self._hidden = Value(12.0)
            self.title = "none of these"
            self.result = self.scale * 2
            self.numbers = np.ones(2)

    line = ["w1", "w2", "b"]
    assert names(Zoo()) == [
        *["scale", "w1", "w2", "pair1", *(f"pair.1.{n}" for n in line)],
        *["by_name.left", *(f"by_name.right.{n}" for n in line), "by_name.3.1"],
        *(f"lines.{k}.{n}" for k in (0, 1) for n in line),
        *["grid.0.1", "grid.1.1", "grid.1.2", "array1", "array2"],
    ]


def test_names_and_their_order_are_the_same_every_time():
    model = MLP(3, [2, 2], seed=0)
    expected = [f"layers.{k}.neurons.{j}.{p}" for k, n in ((0, 3), (1, 2)) for j in range(2) for p in parts(n)]
    assert names(model) == names(model) == names(MLP(3, [2, 2], seed=5)) == expected == list(model.state_dict())
    assert model.parameters() == [p for _, p in model.named_parameters()]


def parts(inputs):
    return [*(f"w{k}" for k in range(1, inputs + 1)), "b"]


def test_shared_parameters_are_listed_once():
    tied = Line()
    tied.w[1] = tied.w[0]
    tied.again = tied.w[0]
    assert names(tied) == ["w1", "b"]

    twice = Line()
    twice.left = twice.right = Line()
    assert names(twice) == ["w1", "w2", "b", "left.w1", "left.w2", "left.b"]
    assert [name for name, _ in twice.named_modules()] == ["", "left"]


def test_modules_may_refer_to_one_another():
    parent, child = Line(), Line()
    parent.child, child.parent, parent.me = child, parent, [parent]
    assert names(parent) == ["w1", "w2", "b", "child.w1", "child.w2", "child.b"]
    assert [name for name, _ in child.named_modules()] == ["", "parent"]
    parent.train(False)
    assert (parent.training, child.training) == (False, False)


def test_two_parameters_of_one_name_are_refused():
    line = Line()
    line.w1 = Value(3.0)
    for use in (line.state_dict, lambda: line.load_state_dict({})):
        with pytest.raises(ValueError, match=r"^Line has two parameters called w1: rename one of their attributes$"):
            use()
    grid = Module()
    grid.w = [[Value(0.0) for _ in range(12)] for _ in range(12)]
    assert len(grid.state_dict()) == 144


def test_a_module_without_call_says_so():
    with pytest.raises(NotImplementedError, match=r"^Module has no __call__: write one that gives its output$"):
        Module()([1.0])


def test_modules_show_how_many_parameters_they_have():
    assert repr(Line()) == "Line(3 parameters)"
    assert repr(Module()) == "Module(0 parameters)"


def test_train_and_eval_reach_every_module():
    model = MLP(2, [2, 1], seed=0)
    modules = [module for _, module in model.named_modules()]
    assert len(modules) == 1 + 2 + 3 and all(module.training for module in modules)
    assert model.eval() is model
    assert not any(module.training for module in modules)
    assert model.train() is model
    assert all(module.training for module in modules)


def test_zero_grad_reaches_every_parameter():
    model = MLP(2, [2, 1], activation="tanh", seed=0)
    model([1.0, 2.0]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [0.0] * 9


def test_summary():
    model = MLP(2, [3, 2], activation=tanh, output="softmax", seed=0)
    assert model.summary().splitlines() == [
        "module    is                      parameters",
        "layers.0  Layer(2, 3, 'tanh')              9",
        "layers.1  Layer(3, 2, 'softmax')           8",
        "MLP                                       17",
    ]
    assert Line().summary().splitlines() == ["module  is  parameters", "Line                 3"]


# ---- modules: their numbers


def test_state_goes_from_a_model_to_another():
    one, other = MLP(3, [4, 2], activation="tanh", seed=0), MLP(3, [4, 2], activation="tanh", seed=1)
    other.load_state_dict(one.state_dict())
    assert other.state_dict() == one.state_dict()
    x = [0.3, -2.0, 1.5]
    assert [y.data for y in other(x)] == [y.data for y in one(x)]


def test_states_are_copies_and_loading_keeps_the_parameters():
    line = Line()
    held, state = line.parameters(), line.state_dict()
    line.b.data = 7.0
    assert state["b"] == 0.5
    line.load_state_dict(state)
    assert line.parameters() == held and line.b.data == 0.5


@pytest.mark.parametrize(
    "number", [3, 3.0, True + 2, np.float32(3), np.int64(3), np.array(3), Fraction(3)], ids=lambda n: type(n).__name__
)
def test_numbers_of_any_kind_are_loaded_as_floats(number):
    line = Line()
    line.load_state_dict({"b": number, "w2": -1, "w1": 2})
    assert line.state_dict() == {"w1": 2.0, "w2": -1.0, "b": 3.0}
    assert all(type(p.data) is float for p in line.parameters())


GOOD = {"w1": 1.0, "w2": 2.0, "b": 3.0}
LINE = "Line has 3 parameters, w1, w2, b"
WRONG_STATES = {
    f"w2 missing: {LINE}": {"w1": 1.0, "b": 3.0},
    f"c unknown: {LINE}": {**GOOD, "c": 4.0},
    f"'c\\n' unknown: {LINE}": {**GOOD, "c\n": 4.0},
    f"{'c' * 59}… unknown: {LINE}": {**GOOD, "c" * 999: 4.0},
    f"b missing; c, 5 unknown: {LINE}": {"w1": 1.0, "w2": 2.0, "c": 3.0, 5: 6.0},
    f"x0, x1, x2, … (5) unknown: {LINE}": {**GOOD, **{f"x{k}": 0.0 for k in range(5)}},
    "w2 is one number, but what is given has shape (2,)": {**GOOD, "w2": [1.0, 2.0]},
    "w1 is one number, but what is given has shape (1, 2)": {**GOOD, "w1": np.zeros((1, 2))},
    "b is one number, but what is given has shape (1,)": {**GOOD, "b": (1.0,)},
    "w1 is nan, not a finite number": {**GOOD, "w1": math.nan},
    "b is -inf, not a finite number": {**GOOD, "b": np.float32(-np.inf)},
    "b is '3', not a finite number": {**GOOD, "b": "3"},
    "b is None, not a finite number": {**GOOD, "b": None},
    "w2 is 1j, not a finite number": {**GOOD, "w2": 1j},
    f"b is 1{'0' * 39}, not a finite number": {**GOOD, "b": 10**400},
}


@pytest.mark.parametrize("message", WRONG_STATES)
def test_wrong_states_are_refused_and_change_nothing(message):
    line = Line()
    before = line.state_dict()
    with pytest.raises(ValueError) as refused:
        line.load_state_dict(WRONG_STATES[message])
    assert str(refused.value) == f"load_state_dict: {message}"
    assert line.state_dict() == before


@pytest.mark.parametrize("state", [None, [1.0, 2.0, 0.5], "w1"])
def test_a_state_is_a_mapping(state):
    message = rf"^load_state_dict: the state is a {type(state).__name__}, not numbers by name: give a state_dict\(\)$"
    with pytest.raises(TypeError, match=message):
        Line().load_state_dict(state)


# ---- labels and scopes


def labels(module):
    return [p.label for p in module.parameters()]


def test_labels_are_those_of_paper():
    assert labels(Neuron(2, seed=0)) == ["w₁", "w₂", "b"]
    assert labels(Neuron(11, seed=0))[9:] == ["w₁₀", "w₁₁", "b"]
    assert labels(Layer(3, 2, seed=0)) == ["w₁₁", "w₁₂", "w₁₃", "b₁", "w₂₁", "w₂₂", "w₂₃", "b₂"]
    first, last = MLP(3, [2, 1], seed=0).layers
    assert labels(first) == ["w⁽¹⁾₁₁", "w⁽¹⁾₁₂", "w⁽¹⁾₁₃", "b⁽¹⁾₁", "w⁽¹⁾₂₁", "w⁽¹⁾₂₂", "w⁽¹⁾₂₃", "b⁽¹⁾₂"]
    assert labels(last) == ["w⁽²⁾₁₁", "w⁽²⁾₁₂", "b⁽²⁾₁"]


def test_labels_have_a_comma_where_an_index_has_two_digits():
    wide, narrow, tall = MLP(12, [9, 9, 10], seed=0).layers
    assert labels(wide)[22] == "w⁽¹⁾₂,₁₀" and labels(wide)[25] == "b⁽¹⁾₂"
    assert labels(narrow)[12] == "w⁽²⁾₂₃"
    assert labels(tall)[-2:] == ["w⁽³⁾₁₀,₉", "b⁽³⁾₁₀"]
    everything = labels(MLP(12, [11] * 12, seed=0))
    assert len(set(everything)) == len(everything) and everything[-1] == "b⁽¹²⁾₁₁"


@pytest.mark.parametrize("spelt_out", [False, True])
@pytest.mark.parametrize("output", ["linear", "sigmoid"])
def test_nodes_carry_their_layer_and_neuron(output, spelt_out):
    model = MLP(2, [3, 2], output=output, seed=0, spelt_out=spelt_out)
    for k, layer in enumerate(model.layers, 1):
        for j, neuron in enumerate(layer.neurons, 1):
            assert {p.scope for p in neuron.parameters()} == {(f"layer {k}", f"neuron {j}")}
    x = Value(1.0)
    found = {node.scope for y in model([x, 2.0]) for node in topological_order(y)}
    places = {(f"layer {k}", f"neuron {j}") for k, n in ((1, 3), (2, 2)) for j in range(1, n + 1)}
    assert found == {(), *places} and x.scope == ()


def test_softmax_is_of_the_layer():
    ys = MLP(2, [2, 3], output="softmax", seed=0)([1.0, 2.0])
    assert [y.scope for y in ys] == [("layer 2",)] * 3
    assert [z.scope for z in ys[0].parents] == [("layer 2", f"neuron {k}") for k in (1, 2, 3)]


# ---- numbers and gradients


BATCH = np.random.default_rng(0).normal(size=(5, 3)) * 2
AFTER = {"linear": lambda Z: Z, "tanh": np.tanh, "relu": lambda Z: np.maximum(Z, 0.0)}
AFTER |= {"sigmoid": lambda Z: 1 / (1 + np.exp(-Z)), "softmax": lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0)}


@pytest.mark.parametrize("spelt_out", [False, True])
@pytest.mark.parametrize("activation", AFTER)
@given(seed=SEEDS)
def test_layers_are_the_matrix_formula(activation, spelt_out, seed):
    layer = Layer(3, 4, activation, seed=seed, spelt_out=spelt_out)
    layer.biases = generator(seed).normal(size=4)
    Y = np.array([[y.data for y in layer(x)] for x in BATCH]).T
    assert relative(Y, AFTER[activation](layer.weights @ BATCH.T + layer.biases[:, None])) < 1e-14


@given(SEEDS)
def test_networks_are_the_matrix_formula(seed):
    model = MLP(3, [5, 4, 2], activation="tanh", output="softmax", init="uniform", seed=seed)
    Y = BATCH.T
    for layer in model.layers:
        Y = AFTER[layer.activation](layer.weights @ Y + layer.biases[:, None])
    assert relative(np.array([[y.data for y in model(x)] for x in BATCH]).T, Y) < 1e-14


@pytest.mark.parametrize("spelt_out", [False, True])
@given(seed=SEEDS)
def test_gradients_are_the_affine_formulas(spelt_out, seed):
    """Y = W X + b: ∂L/∂W = ∂L/∂Y Xᵀ, ∂L/∂X = Wᵀ ∂L/∂Y, and ∂L/∂b is the sum of ∂L/∂Y over the batch."""
    layer = Layer(3, 4, seed=seed, spelt_out=spelt_out)
    X = [[Value(x) for x in row] for row in BATCH.tolist()]
    from_above = generator(seed).normal(size=(4, 5))  # ∂L/∂Y
    total([dot(layer(x), above) for x, above in zip(X, from_above.T.tolist(), strict=True)]).backward()
    assert relative([[w.grad for w in neuron.w] for neuron in layer.neurons], from_above @ BATCH) < 1e-13
    assert relative([neuron.b.grad for neuron in layer.neurons], from_above.sum(axis=1)) < 1e-13
    assert relative([[x.grad for x in row] for row in X], (layer.weights.T @ from_above).T) < 1e-13


@pytest.mark.parametrize("output", ["linear", "softmax"])
@given(seed=SEEDS)
def test_spelt_out_is_the_same(output, seed):
    short, long = (MLP(3, [4, 3], "tanh", output, seed=seed, spelt_out=spelt) for spelt in (False, True))
    assert short.state_dict() == long.state_dict()
    found = []
    for model in (short, long):
        inputs = [Value(x) for x in BATCH[0].tolist()]
        ys = model(inputs)
        total([y * k for k, y in enumerate(ys, 1)]).backward()
        found.append([*(y.data for y in ys), *(v.grad for v in (*inputs, *model.parameters()))])
    assert relative(*found) <= EXACT


def test_spelt_out_has_a_node_for_every_product_and_sum():
    short, long = (Neuron(3, "relu", seed=0, spelt_out=spelt) for spelt in (False, True))
    ops = [[n.op.name for n in topological_order(m([1.0, 2.0, 3.0])) if n.op] for m in (short, long)]
    assert ops == [["dot", "relu"], ["mul", "add"] * 3 + ["relu"]]


def with_parameters(model, numbers):
    """The model, its parameters replaced by what is given."""
    given = iter(numbers)
    for layer in model.layers:
        for neuron in layer.neurons:
            neuron.w, neuron.b = [next(given) for _ in neuron.w], next(given)
    return model


@pytest.mark.parametrize("spelt_out", [False, True])
@pytest.mark.parametrize("output", ["linear", "softmax", "log_sigmoid"])
def test_gradients_agree_with_differences(output, spelt_out):
    shape = dict(sizes=[3, 2], activation="tanh", output=output, seed=3, spelt_out=spelt_out)
    numbers = [p.data for p in MLP(2, **shape).parameters()]

    def loss(*parameters):
        ys = with_parameters(MLP(2, **shape), parameters)([0.5, -1.0])
        return ys[0] * 2 - ys[1] ** 2

    report = check_gradient(loss, numbers)
    assert len(report) == 17 and {verdict.verdict for verdict in report} == {"agrees"}


def test_models_can_be_copied_and_pickled():
    model = MLP(2, [3, 2], activation="tanh", output="softmax", seed=0)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert [y.data for y in twin([1.0, 2.0])] == [y.data for y in model([1.0, 2.0])]
        assert labels(twin) == labels(model) and not set(twin.parameters()) & set(model.parameters())


def test_a_model_of_one_output_gives_it_and_of_more_a_list():
    assert isinstance(MLP(2, [3, 1], seed=0)([1.0, 2.0]), Value)
    assert isinstance(Layer(2, 1, seed=0)([1.0, 2.0]), Value)
    assert [type(y) for y in MLP(2, [3, 2], seed=0)([1.0, 2.0])] == [Value, Value]


@pytest.mark.parametrize("x", [[1.0, 2.0], (1, 2), np.array([1.0, 2.0]), np.array([1, 2]), iter([1.0, np.float32(2)])])
def test_inputs_may_come_in_any_sequence(x):
    assert MLP(2, [3, 1], seed=0)(x).data == MLP(2, [3, 1], seed=0)([1.0, 2.0]).data


@pytest.mark.parametrize("x", [2, 2.0, np.float64(2), Value(2.0), [2.0]])
def test_one_input_needs_no_list(x):
    assert MLP(1, [3, 1], seed=0)(x).data == MLP(1, [3, 1], seed=0)([2.0]).data
    assert Neuron(1, seed=0)(x).data == Neuron(1, seed=0)([2.0]).data


# ---- placed by hand


def test_neurons_and_layers_are_placed_by_hand():
    neuron, layer = Neuron(2, seed=0), Layer(2, 2, seed=0)
    neuron.weights, neuron.bias = np.array([3, -1]), 2
    layer.weights, layer.biases = [[1, 2], [3, 4]], (5, 6)
    assert (neuron.weights.tolist(), neuron.bias, neuron([1.0, 1.0]).data) == ([3.0, -1.0], 2.0, 4.0)
    assert (layer.weights.tolist(), layer.biases.tolist()) == ([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0])
    assert [y.data for y in layer([1.0, 10.0])] == [26.0, 49.0]
    assert all(type(p.data) is float for p in (*neuron.parameters(), *layer.parameters()))


PLACED_WRONGLY = {
    "weights have shape (2,), not (3,)": (Neuron, "weights", [1, 2, 3]),
    "weights have shape (2,), not ()": (Neuron, "weights", 1.0),
    "weights: [1.0, inf] must be finite": (Neuron, "weights", [1, math.inf]),
    "bias: nan must be finite": (Neuron, "bias", math.nan),
    "bias have shape (), not (1,)": (Neuron, "bias", [1.0]),
    "weights have shape (2, 2), not (2,)": (lambda n: Layer(n, 2), "weights", [1, 2]),
    "weights have shape (2, 2), not (4,)": (lambda n: Layer(n, 2), "weights", [1, 2, 3, 4]),
    "weights: [[1.0, 2.0], [3.0, nan]] must be finite": (lambda n: Layer(n, 2), "weights", [[1, 2], [3, math.nan]]),
    "biases have shape (2,), not (2, 1)": (lambda n: Layer(n, 2), "biases", [[1], [2]]),
}


@pytest.mark.parametrize("message", PLACED_WRONGLY)
def test_what_is_placed_wrongly_is_refused_and_changes_nothing(message):
    make, attribute, numbers = PLACED_WRONGLY[message]
    module = make(2)
    before = module.state_dict()
    with pytest.raises(ValueError) as refused:
        setattr(module, attribute, numbers)
    assert str(refused.value) == message
    assert module.state_dict() == before


# ---- what is refused


def test_another_number_of_inputs_is_refused():
    with pytest.raises(ValueError, match=r"^Layer\(2, 3, 'relu'\) takes 2 inputs, x has 3$"):
        MLP(2, [3, 1], seed=0)([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"^Layer\(2, 1, 'linear'\) takes 2 inputs, x has 1$"):
        Layer(2, 1, seed=0)(5.0)
    with pytest.raises(ValueError, match=r"^dot pairs 2 weights with 3 inputs: give as many of each$"):
        Neuron(2, seed=0)([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"^a neuron of 2 weights was given 1 inputs$"):
        Neuron(2, seed=0, spelt_out=True)([1.0])


@pytest.mark.parametrize("X", [np.zeros((2, 2)), [[1.0, 2.0], [3.0, 4.0]], ((1, 2), (3, 4)), [np.zeros(2)] * 2])
def test_a_table_of_samples_is_no_sample(X):
    with pytest.raises(ValueError, match=r"^x is a table of 2 rows, not one sample: write \[model\(x\) for x in X\]$"):
        MLP(2, [3, 1], seed=0)(X)


REFUSED = [
    (ValueError, "MLP: inputs = 0 must be 1 or more", lambda: MLP(0, [1])),
    (TypeError, "MLP: inputs = 2.0 is a float, not a whole number", lambda: MLP(2.0, [1])),
    (ValueError, "MLP: a size = 0 must be 1 or more", lambda: MLP(2, [3, 0])),
    (TypeError, "MLP: a size = 2.5 is a float, not a whole number", lambda: MLP(2, [2.5])),
    (TypeError, "MLP: a size = True is a bool, not a whole number", lambda: MLP(2, [True])),
    (TypeError, "MLP: sizes=5 is not a list of whole numbers, such as [16, 1]", lambda: MLP(2, 5)),
    (TypeError, "MLP: sizes='16' is not a list of whole numbers, such as [16, 1]", lambda: MLP(2, "16")),
    (
        ValueError,
        "MLP: sizes=[] has no layer; the last size is the number of outputs, as in [16, 1]",
        lambda: MLP(2, []),
    ),
    (ValueError, "Layer: outputs = -1 must be 1 or more", lambda: Layer(2, -1)),
    (ValueError, "Neuron: inputs = 0 must be 1 or more", lambda: Neuron(0)),
    (TypeError, "Neuron: inputs = '2' is a str, not a whole number", lambda: Neuron("2")),
    (
        TypeError,
        "activation 5 is neither a name, such as 'relu', nor a function of one Value",
        lambda: Neuron(2, 5),
    ),
    (
        ValueError,
        "activation 'softmax' takes all outputs of a layer: give it to Layer, or to MLP as output",
        lambda: Neuron(2, "softmax"),
    ),
    (
        ValueError,
        "activation 'softmax' takes all outputs of a layer: give it to Layer, or to MLP as output",
        lambda: Neuron(2, softmax),
    ),
    (TypeError, "init 5 is neither a name, such as 'he_normal', nor a function", lambda: Layer(2, 2, init=5)),
    (ValueError, f"init 'he' is unknown; there are {', '.join(INITIALIZERS)}", lambda: MLP(2, [2], init="he")),
    (
        ValueError,
        "init turned gave weights of shape (2, 3); a row a neuron is (3, 2)",
        lambda: Layer(2, 3, init=turned),
    ),
    (ValueError, "init gave weights that are not finite", lambda: Layer(2, 3, init=nowhere)),
    (TypeError, "seed: 'a' is str, neither an int nor a numpy Generator", lambda: MLP(2, [1], seed="a")),
    (TypeError, "seed: True is bool, neither an int nor a numpy Generator", lambda: Neuron(2, seed=True)),
    (ValueError, "seed: -1 is negative; give 0 or more", lambda: MLP(2, [1], seed=-1)),
]


def turned(outputs, inputs, seed):
    return np.ones((inputs, outputs))


def nowhere(outputs, inputs, seed):
    return np.full((outputs, inputs), math.nan)


@pytest.mark.parametrize(("kind", "message", "make"), REFUSED, ids=[message for _, message, _ in REFUSED])
def test_what_is_refused(kind, message, make):
    with pytest.raises(kind) as refused:
        make()
    assert type(refused.value) is kind and str(refused.value) == message


@pytest.mark.parametrize("name", ["rleu", "dot", "hypot", "softmax_output", "backward", ""])
def test_unknown_activations_are_refused(name):
    with pytest.raises(ValueError, match=f"^activation '{name}' is unknown; there are linear, .*relu, "):
        MLP(2, [1], activation=name)


@pytest.mark.parametrize("operation", [autograd.hypot, autograd.dot, autograd.where], ids=lambda op: op.name)
def test_operations_of_several_numbers_are_no_activations(operation):
    with pytest.raises(ValueError, match=f"^activation '{operation.name}' is unknown"):
        Neuron(2, operation)


# ---- activations


def domain(name, z):
    return eval(TABLE[name].domain or "True", {"a": z})


def defaults(name):
    _, *rest = TABLE[name].__signature__.parameters.values()
    return [p.default for p in rest]


NAMES = [name for name in activation_names() if name != "linear"]
POINTS = [(name, z) for name in NAMES for z in (-0.75, 0.375, 1.5) if domain(name, z)]


def test_every_activation_is_tried_in_its_domain():
    assert {name for name, _ in POINTS} == set(NAMES) and len(NAMES) > 35
    assert ("arccosh", 0.375) not in POINTS and ("log", -0.75) not in POINTS


@pytest.mark.parametrize("by", ["name", "function"])
@pytest.mark.parametrize(("name", "z"), POINTS)
def test_every_activation_has_its_value_and_slope(name, z, by):
    neuron = Neuron(2, name if by == "name" else getattr(autograd, name))
    neuron.weights, neuron.bias = [0.5, -2.0], z - 1.0
    inputs = [Value(4.0), Value(0.5)]  # w·x = 1
    y = neuron(inputs)
    y.backward()
    value, slope, *_ = (f(mp.mpf(z), *map(mp.mpf, defaults(name))) for f in DEFINITIONS[name])
    assert neuron.activation == name and y.op.name == name
    assert y.data == pytest.approx(float(value), rel=1e-14)
    found = [v.grad for v in (*neuron.w, neuron.b, *inputs)]
    assert found == pytest.approx([float(slope) * d for d in (4.0, 0.5, 1.0, 0.5, -2.0)], rel=1e-14)
    assert {edge.verdict for edge in check_graph(y)} == {"agrees"}


def test_linear_makes_no_node():
    assert activation_function("linear") is None
    assert Neuron(2, "linear", seed=0)([1.0, 2.0]).op.name == "dot"


def test_operations_of_ones_own_are_activations(table):
    swish = define(
        "swish", lambda a, beta=2.0: a * sigmoid(beta * a),
        lambda y, a, beta: sigmoid(beta * a) * (1 + beta * a * sigmoid(-beta * a)),
        lambda y, a, beta: a * y * sigmoid(-beta * a),
    )  # fmt: skip
    models = [MLP(2, [3, 1], activation=activation, output="swish", seed=0) for activation in ("swish", swish)]
    y, other = (model([0.5, -1.0]) for model in models)
    assert y.op is swish and y.data == other.data
    assert repr(models[0]) == repr(models[1]) == "MLP(2, [3, 1], activation='swish', output='swish')"
    assert {edge.verdict for edge in check_graph(y)} == {"agrees"}


@pytest.mark.parametrize("name", ["detach", "backward", "edges"])
def test_an_operation_of_ones_own_may_be_called_as_a_method_is(table, name):
    define(name, lambda a: exp(-a), lambda y, a: -y)
    neuron = Neuron(1, name)
    neuron.weights = [1.0]
    assert neuron(2.0).data == math.exp(-2.0)


def test_any_function_of_a_value_is_an_activation():
    def shifted(z):
        return tanh(z) + 1.0

    neuron = Neuron(1, shifted)
    neuron.weights = [0.5]
    y = neuron(1.0)
    y.backward()
    assert y.data == math.tanh(0.5) + 1.0
    assert neuron.w[0].grad == pytest.approx(1 - math.tanh(0.5) ** 2, rel=1e-15)
    assert repr(neuron) == "Neuron(1, '<shifted>')"
    assert activation_name(lambda z: z) == "<lambda>"


@given(SEEDS, st.floats(0.1, 500))
def test_softmax_sums_to_one(seed, scale):
    layer = Layer(3, 4, "softmax", seed=seed)
    layer.weights = scale * layer.weights
    for x in BATCH:
        ys = [y.data for y in layer(x)]
        assert math.fsum(ys) == pytest.approx(1.0, abs=1e-15) and min(ys) >= 0.0
    assert Layer(3, 4, softmax).activation == "softmax"


# ---- first weights


VARIANCES = {
    "uniform": lambda outputs, inputs: 1 / 3,
    "glorot_uniform": lambda outputs, inputs: 2 / (inputs + outputs),
    "glorot_normal": lambda outputs, inputs: 2 / (inputs + outputs),
    "xavier_uniform": lambda outputs, inputs: 2 / (inputs + outputs),
    "xavier_normal": lambda outputs, inputs: 2 / (inputs + outputs),
    "he_uniform": lambda outputs, inputs: 2 / inputs,
    "he_normal": lambda outputs, inputs: 2 / inputs,
}


def test_every_initializer_is_tested():
    assert set(VARIANCES) == set(INITIALIZERS) - {"zeros"}
    assert initial_weights("zeros", 2, 3) == [[0.0] * 3] * 2


@pytest.mark.parametrize("shape", [(50, 200), (200, 50)], ids=str)
@pytest.mark.parametrize("name", VARIANCES)
def test_first_weights_have_their_mean_variance_and_shape(name, shape):
    """Within 5 standard errors: of the mean σ/√n, of the variance σ² √((κ − 1)/n), of the kurtosis κ below √(24/n)."""
    drawn = np.array(initial_weights(name, *shape, seed=0))
    n, variance, kurtosis = drawn.size, VARIANCES[name](*shape), 3.0 if name.endswith("normal") else 1.8
    assert drawn.shape == shape
    assert abs(drawn.mean()) < 5 * math.sqrt(variance / n)
    assert abs(drawn.var() / variance - 1) < 5 * math.sqrt((kurtosis - 1) / n)
    assert abs(np.mean(drawn**4) / variance**2 - kurtosis) < 5 * math.sqrt(24 / n)
    if kurtosis < 2:
        assert np.abs(drawn).max() <= math.sqrt(3 * variance)


def test_signals_keep_their_size_through_many_layers():
    """He's variance keeps the mean square of relu layers; Glorot's, half of it in a square layer, loses a factor 2⁶."""
    width = 100
    ratios = []
    for name in ("he_normal", "he_uniform", "glorot_normal"):
        x = start = np.random.default_rng(0).normal(size=(width, 50))
        for k in range(6):
            x = np.maximum(np.array(initial_weights(name, width, width, seed=k)) @ x, 0.0)
        ratios.append(np.mean(x**2) / np.mean(start**2))
    assert 0.5 < ratios[0] < 2.0 and 0.5 < ratios[1] < 2.0
    assert ratios[2] == pytest.approx(ratios[0] / 2**6, rel=1e-9)


@pytest.mark.parametrize("name", VARIANCES)
def test_the_same_seed_gives_the_same_bits(name):
    one, again, other = (MLP(3, [4, 2], init=name, seed=seed).state_dict() for seed in (7, np.int64(7), 8))
    assert one == again != other
    assert MLP(3, [4, 2], init=name, seed=np.random.default_rng(7)).state_dict() == one
    assert initial_weights(name, 2, 3, 7) == initial_weights(name, 2, 3, np.random.default_rng(7))


def test_a_generator_is_drawn_from():
    shared = np.random.default_rng(7)
    first, second = (initial_weights("uniform", 1, 2, shared) for _ in range(2))
    assert first != second
    assert [first, second] == np.random.default_rng(7).uniform(-1, 1, (2, 1, 2)).tolist()


def test_layers_of_one_network_differ():
    first, second, _ = MLP(3, [3, 3, 3], seed=0).layers
    assert not np.isin(first.weights, second.weights).any()
    assert not first.biases.any()


def test_without_a_seed_random_seed_decides():
    def draw(number):
        random.seed(number)
        return [m.state_dict() for m in (MLP(2, [3, 1]), Layer(2, 2), Neuron(2))]

    state = random.getstate()
    try:
        assert draw(1337) == draw(1337) != draw(1338)
        assert MLP(2, [3, 1]).state_dict() != MLP(2, [3, 1]).state_dict()
    finally:
        random.setstate(state)


def test_a_function_may_draw_the_weights():
    def constant(outputs, inputs, seed):
        return np.arange(outputs * inputs).reshape(outputs, inputs)

    assert Layer(3, 2, init=constant).weights.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]


# ---- micrograd's program


def descend(MLP, Value, X, y, steps, start=None):
    """micrograd's demo on the moons: hinge loss, L2, a rate that falls. The losses, and the accuracy at the end."""
    random.seed(1337)
    model = MLP(2, [8, 8, 1])
    for p, number in zip(model.parameters(), start or [], strict=bool(start)):
        p.data = number

    def loss():
        inputs = [list(map(Value, row)) for row in X]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        reg_loss = 1e-4 * sum(p * p for p in model.parameters())
        accuracy = [(yi > 0) == (score.data > 0) for yi, score in zip(y, scores, strict=True)]
        return data_loss + reg_loss, sum(accuracy) / len(accuracy)

    losses = []
    for k in range(steps):
        total_loss, accuracy = loss()
        model.zero_grad()
        total_loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad
        losses.append(total_loss.data)
    return losses, accuracy


X, LABELS, *_ = moons(40, noise=0.1, seed=1)
Y = LABELS * 2 - 1


def test_micrograds_program_learns_the_moons():
    losses, accuracy = descend(MLP, Value, X, Y, steps=60)
    assert losses[-1] < 0.2 < 0.5 < losses[0]
    assert accuracy >= 0.975


def test_micrograd_has_the_same_losses():
    engine, theirs = (pytest.importorskip(f"micrograd.{name}") for name in ("engine", "nn"))
    random.seed(1)
    start = [random.uniform(-1, 1) for _ in range(105)]
    expected, _ = descend(theirs.MLP, engine.Value, X[:20], Y[:20], 12, start)
    found, _ = descend(MLP, Value, X[:20], Y[:20], 12, start)
    assert found == pytest.approx(expected, rel=1e-10) and found[-1] < 0.8 * found[0]

"""Models on disk: every kind comes back with its bits; a file that is none, or damaged, or hostile, is refused."""

import ast
import json
import math
import os
import random
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value, relu, tanh
from autograd.ops import define
from nn import MLP, Layer, Module, Neuron, load, save
from nn.activations import activation_names
from nn.perceptron import Perceptron


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.json"


def again(model, path, **options):
    save(model, path)
    return load(path, **options)


def same(model, other):
    """The same class, architecture and bits, of parameters and of names and labels."""
    named, others = dict(model.named_parameters()), dict(other.named_parameters())
    bits = [{name: (p.data.hex(), p.label) for name, p in parameters.items()} for parameters in (named, others)]
    return type(model) is type(other) and repr(model) == repr(other) and bits[0] == bits[1]


# ---- there and back


@pytest.mark.parametrize("activation", activation_names())
@pytest.mark.parametrize("spelt_out", [False, True])
def test_every_kind_with_every_activation_comes_back(path, activation, spelt_out):
    for model in (
        Neuron(3, activation, seed=1, spelt_out=spelt_out),
        Layer(3, 2, activation, seed=1, spelt_out=spelt_out),
        MLP(3, [2, 2], activation, activation, seed=1, spelt_out=spelt_out),
    ):
        loaded = again(model, path)
        assert same(model, loaded)
        assert loaded.architecture() == model.architecture()


@pytest.mark.parametrize(
    "model",
    [
        MLP(2, [3], output="softmax", seed=0),
        MLP(1, [1], seed=0),
        MLP(12, [11, 2], "gelu", "sigmoid", seed=0),
        MLP(2, [2], activation=tanh, output=relu, seed=0),
        Layer(2, 3, "softmax", seed=0),
        Perceptron(2, [-1.0, -1.0], 1.5),
    ],
    ids=repr,
)
def test_what_it_computes_comes_back_too(path, model):
    loaded = again(model, path)
    assert same(model, loaded)
    x = [0.25 * k for k in range(len(model.parameters()) and model.architecture()["inputs"])]
    assert repr(loaded(x)) == repr(model(x))


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(finite, min_size=13, max_size=13))
def test_every_bit_of_the_parameters_comes_back(tmp_path_factory, numbers):
    model = MLP(2, [3, 1], seed=0)
    for p, number in zip(model.parameters(), numbers, strict=True):
        p.data = number
    assert same(model, again(model, tmp_path_factory.getbasetemp() / "bits.json"))


class Doubled(Module):
    """A class of a user's own, made of modules."""

    def __init__(self, inner, factors=(2.0, 1.0)):
        self.net = MLP(*inner, seed=0)
        self.factors = [Value(f) for f in factors]

    def __call__(self, x):
        return self.net(x) * self.factors[0] + self.factors[1]

    def architecture(self):
        return {"inner": [self.net.inputs, self.net.sizes], "factors": [1.0, 1.0]}


def test_a_class_of_ones_own_comes_back_where_it_is_given(path):
    model = Doubled([2, [3, 1]])
    loaded = again(model, path, kinds=[Doubled])
    assert same(model, loaded)
    assert loaded([1.0, 2.0]).data == model([1.0, 2.0]).data
    with pytest.raises(ValueError, match=r"model.json: a model of kind 'Doubled' is unknown; give its class: load\("):
        load(path)


def test_a_class_made_from_ours_is_not_taken_for_ours(path):
    class Mine(MLP):
        pass

    save(Mine(2, [1]), path)
    with pytest.raises(ValueError, match="a model of kind 'Mine' is unknown"):
        load(path)
    assert type(load(path, kinds=[Mine])) is Mine


def test_a_class_of_ones_own_may_have_the_name_of_ours(path):
    class MLP(Doubled):
        pass

    assert type(again(MLP([2, [1]]), path, kinds=[MLP])) is MLP


def test_an_activation_of_ones_own_comes_back_where_it_is_defined(path, table):
    before = dict(table)
    define("swish_again", lambda a: a * tanh(a), lambda y, a: tanh(a) + a * (1 - tanh(a) ** 2))
    model = MLP(2, [2, 1], activation="swish_again", seed=0)
    assert same(model, again(model, path))
    table.clear()
    table.update(before)
    with pytest.raises(ValueError, match="MLP can't be built as the file says: activation 'swish_again' is unknown"):
        load(path)


# ---- what can't be saved


@pytest.fixture
def old(path):
    """A file that is to stay as it was."""
    save(MLP(2, [1], seed=0), path)
    before = path.read_bytes()
    yield path
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_an_activation_that_is_a_function_is_refused_with_the_remedy(old):
    model = MLP(2, [1, 1], activation=lambda z: z * tanh(z))
    with pytest.raises(ValueError, match=r"activation <lambda> is a function, which a file can't hold: autograd"):
        save(model, old)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused_by_name(old, number):
    model = MLP(2, [3, 1], seed=0)
    model.layers[0].neurons[1].w[1].data = number
    text = f"model.json: the model was not saved, for parameters, layers.0.neurons.1.w2 = {number}: give every number"
    with pytest.raises(ValueError, match=text):
        save(model, old)


def test_a_class_without_architecture_is_refused_with_the_remedy(old):
    class Bare(Module):
        def __init__(self):
            self.w = Value(1.0)

    with pytest.raises(TypeError, match=r"Bare has no method architecture\(\), which gives the arguments that build"):
        save(Bare(), old)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ([1, 2], r"Odd.architecture\(\) gives \[1, 2\], not a dict of arguments"),
        ({"kind": 1}, r"Odd.architecture\(\) gives {'kind': 1}, not a dict of arguments, none of them 'kind'"),
        ({"size": np.int64(1)}, "model.json: the model was not saved, for it holds what JSON can't: .*int64"),
        ({"of": relu}, "model.json: the model was not saved, for it holds what JSON can't: "),
    ],
)
def test_an_architecture_that_json_can_not_hold_is_refused(old, given, text):
    class Odd(Module):
        def architecture(self):
            return given

    with pytest.raises(TypeError, match=text):
        save(Odd(), old)


def test_an_architecture_that_holds_itself_is_refused(old):
    class Odd(Module):
        def architecture(self):
            found = {}
            found["self"] = found
            return found

    with pytest.raises(TypeError, match=r"model.json: the model was not saved, for it holds .*: Circular"):
        save(Odd(), old)


def test_a_place_that_is_none_is_named(tmp_path):
    for place, error in [(tmp_path, IsADirectoryError), (tmp_path / "none" / "model.json", FileNotFoundError)]:
        with pytest.raises(error) as caught:
            save(MLP(2, [1]), place)
        assert caught.value.filename == str(place)
        with pytest.raises(error):
            load(place)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failing", [(os, "fsync"), (Path, "replace")], ids=["fsync", "replace"])
def test_a_failure_on_the_way_leaves_the_old_file(old, monkeypatch, failing):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*failing, fails)
    with pytest.raises(OSError, match=r"No space left on device: '.*model.json'"):
        save(MLP(2, [5, 1]), old)


def test_a_link_stays_one(path, tmp_path):
    link = tmp_path / "latest.json"
    link.symlink_to(path)
    assert same(MLP(2, [1], seed=0), again(MLP(2, [1], seed=0), link))
    assert link.is_symlink()
    assert path.exists()


# ---- a machine that dies

SAVING = """
import os, random, signal, sys
from nn import MLP, load, save

path, kills = sys.argv[1], int(sys.argv[2])
models = [MLP(2, [20, 20, 1], seed=seed) for seed in (0, 1)]
numbers = [model.state_dict() for model in models]
draw = random.Random(0)
save(models[0], path)
seen = set()
for _ in range(kills):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        for k in range(10**9):
            save(models[k % 2], path)
            os.write(writing, b".")
    for _ in range(draw.randrange(1, 12)):
        os.read(reading, 1)
    for _ in range(draw.randrange(200_000)):
        pass  # so that it dies at any moment of saving
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    seen.add(numbers.index(load(path).state_dict()))
print(sorted(seen))
"""


def test_killed_while_saving_there_is_the_old_file_or_the_new_one_whole(path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SAVING, str(path), "20"]
    said = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (said.stdout, said.stderr) == ("[0, 1]\n", "")


# ---- what can't be loaded


@pytest.fixture
def saved(path):
    save(MLP(2, [2, 1], seed=0), path)
    return path


def test_a_file_cut_off_anywhere_is_refused(saved):
    content = saved.read_bytes()
    for length in range(len(content) - 1):  # but for the last, a newline
        saved.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"model.json: not a model of scalar-autograd, or cut off"):
            load(saved)


def test_a_file_with_any_byte_changed_is_refused_or_the_same(saved):
    content, expected, loaded = saved.read_bytes(), load(saved), 0
    draw = random.Random(0)
    for place in range(len(content)):
        for _ in range(3):
            changed = bytes([content[place] ^ draw.randrange(1, 256)])
            saved.write_bytes(content[:place] + changed + content[place + 1 :])
            try:
                assert same(load(saved), expected)
                loaded += 1
            except ValueError as error:
                assert "model.json" in str(error)
    assert loaded < 30


def test_a_file_with_two_numbers_exchanged_is_refused(saved):
    content = json.loads(saved.read_text())
    parameters = content["parameters"]
    first, second = list(parameters)[:2]
    parameters[first], parameters[second] = parameters[second], parameters[first]
    saved.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"model.json: the model is damaged: it is not as it was written"):
        load(saved)


@given(st.binary(max_size=40))
def test_bytes_are_no_model(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"bytes.json: "):
        load(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
likely = st.sampled_from(["MLP", "Layer", "Neuron", "Perceptron", "tanh", "softmax", 1, 2, 3, 0, -1, [2, 1], [1], True])
KEYS = ["kind", "inputs", "outputs", "sizes", "activation", "output", "spelt_out", "seed", "init"]


@given(
    st.dictionaries(st.sampled_from(KEYS), likely | json_values, max_size=7),
    st.dictionaries(st.sampled_from(["w1", "w2", "b", "layers.0.neurons.0.w1"]), json_values | finite, max_size=3),
)
def test_a_file_made_by_hand_is_a_model_or_refused(tmp_path_factory, architecture, parameters):
    path = tmp_path_factory.getbasetemp() / "by hand.json"
    header = {"format": "scalar-autograd model", "version": 1}
    path.write_text(json.dumps({**header, "architecture": architecture, "parameters": parameters}))
    try:
        model = load(path)
    except ValueError as error:
        assert "by hand.json" in str(error)
    else:
        assert model.state_dict() == parameters


def by_hand(path, architecture, parameters):
    header = {"format": "scalar-autograd model", "version": 1}
    path.write_text(json.dumps({**header, "architecture": architecture, "parameters": parameters}))


def test_a_file_made_by_hand_may_be_a_model(path):
    by_hand(path, {"kind": "Neuron", "inputs": 1, "activation": "tanh"}, {"w1": 2, "b": 0.5})
    assert load(path)([1.0]).data == math.tanh(2.5)


@pytest.mark.parametrize(
    ("architecture", "text"),
    [
        ({"kind": "MLP", "inputs": 2, "sizes": [10**9]}, "is one of 3000000000 parameters, but there are 3"),
        ({"kind": "MLP", "inputs": 2, "sizes": [1, 10**9]}, "is one of 2000000003 parameters, but there are 3"),
        ({"kind": "MLP", "inputs": 10**9, "sizes": [1]}, "is one of 1000000001 parameters, but there are 3"),
        ({"kind": "MLP", "inputs": 2, "sizes": [1] * 10**5}, "is one of 200001 parameters, but there are 3"),
        ({"kind": "Layer", "inputs": 2, "outputs": 10**9}, "is one of 3000000000 parameters, but there are 3"),
        ({"kind": "Neuron", "inputs": 10**9}, "is one of 1000000001 parameters, but there are 3"),
        ({"kind": "Perceptron", "inputs": 10**9}, "is one of 1000000001 parameters, but there are 3"),
        ({"kind": "Neuron", "inputs": 10**400}, r"the architecture has the sizes \[10{20}.*, which no model has"),
        ({"kind": "MLP", "inputs": -1, "sizes": [10**9]}, r"the architecture has the sizes \[-1, 1000000000\], which"),
        ({"kind": "MLP", "inputs": 2, "sizes": []}, "is one of 0 parameters, but there are 3"),
        ({"kind": "MLP", "inputs": 2, "sizes": [[1]]}, r"the architecture has the sizes \[2, \[1\]\], which no model"),
        ({"kind": "MLP", "inputs": 2, "sizes": [1.0]}, r"the architecture has the sizes \[2, 1.0\], which no model"),
        ({"kind": "MLP", "inputs": 2, "sizes": [True]}, r"the architecture has the sizes \[2, True\], which no model"),
        ({"kind": "MLP", "inputs": 2, "sizes": 1}, "the architecture has 'sizes': 1, which no model has"),
        ({"kind": "MLP", "inputs": "2", "sizes": [1]}, "the architecture has 'inputs': '2', which no model has"),
        ({"kind": "Neuron", "inputs": 2, "activation": ["relu"]}, r"the architecture has 'activation': \['relu'\]"),
        ({"kind": "Neuron", "inputs": 2, "spelt_out": 1}, "the architecture has 'spelt_out': 1, which no model has"),
        ({"kind": "Neuron", "inputs": 2, "seed": 1}, "the architecture has 'seed': 1, which no model has"),
        ({"kind": "Neuron", "inputs": 2, "init": "zeros"}, "the architecture has 'init': 'zeros', which no model has"),
        ({"kind": "Neuron", "inputs": 2, "outputs": 1}, "Neuron can't be built as the file says: .*outputs"),
        ({"kind": "Perceptron", "inputs": 2, "activation": "relu"}, "Perceptron can't be built as the file says: "),
        ({"kind": "Layer", "inputs": 2}, "Layer can't be built as the file says: .*outputs"),
        ({"kind": "Neuron"}, r"the architecture has the sizes \[None, 1\], which no model has"),
        ({"kind": "Neuron", "inputs": 2, "activation": "os.system"}, "activation 'os.system' is unknown"),
        ({"kind": "Neuron", "inputs": 2, "activation": "softmax"}, "takes all outputs of a layer"),
        ({"kind": "Neuron", "inputs": 2, "activation": "__class__"}, "activation '__class__' is unknown"),
        ({"kind": "Module"}, "a model of kind 'Module' is unknown"),
        ({"kind": ["MLP"]}, r"a model of kind \['MLP'\] is unknown"),
        ({"kind": {"MLP": 1}}, "a model of kind {'MLP': 1} is unknown"),
        ({}, "a model of kind None is unknown"),
    ],
)
def test_a_hostile_architecture_is_refused_before_anything_is_built(path, architecture, text):
    by_hand(path, architecture, {"w1": 1.0, "w2": 2.0, "b": 3.0})
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=f"model.json: .*{text}"):
            load(path)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"w1": 1.0, "v": 1.0, "b": 1.0}, "w2 missing; v unknown"),
        ({"w1": "1", "w2": 1.0, "b": 1.0}, "'w1' of the parameters is no finite number"),
        ({"w1": [1.0], "w2": 1.0, "b": 1.0}, "'w1' of the parameters is no finite number"),
        ({"w1": True, "w2": 1.0, "b": 1.0}, "'w1' of the parameters is no finite number"),
        ({"w1": None, "w2": 1.0, "b": 1.0}, "'w1' of the parameters is no finite number"),
        ({"w1": 10**400, "w2": 1.0, "b": 1.0}, "'w1' of the parameters is no finite number"),
    ],
)
def test_hostile_parameters_are_refused(path, parameters, text):
    by_hand(path, {"kind": "Neuron", "inputs": 2}, parameters)
    with pytest.raises(ValueError, match=f"model.json: .*{text}"):
        load(path)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_numbers_that_are_none_are_refused(path, number):
    by_hand(path, {"kind": "Neuron", "inputs": 1}, {"w1": 123.5, "b": 1.0})
    path.write_text(path.read_text().replace("123.5", number))
    with pytest.raises(ValueError, match=r"model.json: "):
        load(path)


@pytest.mark.parametrize("depth", [60, 400, 900, 10**5])
@pytest.mark.parametrize("place", ["format", "version", "architecture", "parameters", "more"])
def test_deep_nesting_is_refused(path, depth, place):
    content = {"format": "scalar-autograd model", "version": 1, "architecture": {}, "parameters": {}, place: "here"}
    path.write_text(json.dumps(content).replace('"here"', "[" * depth + "]" * depth))
    with pytest.raises(ValueError, match=r"model.json: not a model of .*(: it is nested more than 50 deep|not whole)"):
        load(path)


def test_an_architecture_nested_too_deep_to_be_loaded_is_not_saved_either(old):
    class Odd(Module):
        def architecture(self):
            found = []
            for _ in range(60):
                found = [found]
            return {"nest": found}

    with pytest.raises(TypeError, match=r"model.json: the model was not saved, for it is nested more than 50 deep"):
        save(Odd(), old)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("[]", "not a model of scalar-autograd: the JSON has no entry 'format'"),
        ("{}", "not a model of scalar-autograd: the JSON has no entry 'format'"),
        ('"model"', "not a model of scalar-autograd: the JSON has no entry 'format'"),
        ('{"format": 1}', "not a model of scalar-autograd: the JSON has no entry 'format'"),
        ('{"format": "onnx"}', "format 'onnx', where a 'scalar-autograd model' is wanted"),
        ('{"format": "scalar-autograd model"}', "its 'version' is missing or no version number"),
        ('{"format": "scalar-autograd model", "version": true}', "its 'version' is missing or no version number"),
        ('{"format": "scalar-autograd model", "version": 0}', "its 'version' is missing or no version number"),
        (
            '{"format": "scalar-autograd model", "version": 2}',
            "version 2, and this program knows up to 1: install a newer",
        ),
        (
            '{"format": "scalar-autograd model", "version": 1' + "0" * 999 + "}",
            "version 10{19}, and this program knows",
        ),
        ('{"format": "scalar-autograd model", "version": 1}', "the model is damaged: its 'architecture' is missing"),
        ("", "not a model of scalar-autograd, or cut off: it is not whole JSON"),
        ("\N{SNOWMAN}", "not a model of scalar-autograd, or cut off: it is not whole JSON"),
    ],
)
def test_foreign_and_newer_files_are_refused(path, content, text):
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=f"model.json: {text}"):
        load(path)


def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(FileNotFoundError, match=r"model.json"):
        load(path)


# ---- nothing in a file is executed

EXECUTING = {"pickle", "marshal", "shelve", "dill", "joblib"}


def imports_and_calls(source):
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.add(node.func.id)
    return found


def test_no_module_pickles_or_evaluates():
    sources = [p.read_text(encoding="utf-8") for p in Path(nn.__file__).parent.rglob("*.py")]
    assert len(sources) > 20
    for source in sources:
        assert imports_and_calls(source) & (EXECUTING | {"eval", "exec", "__import__"}) == set()


def test_pickling_would_be_seen():
    assert imports_and_calls("def f():\n    import pickle\n    eval('1')") >= {"pickle", "eval"}


@pytest.mark.parametrize("change", ["layer", "neuron", "parameter", "appended"])
def test_a_model_that_was_changed_is_not_saved_as_another(change, tmp_path):
    model = MLP(2, [3, 1], seed=0)
    if change == "layer":
        model.layers[0] = Layer(2, 3, "tanh", seed=0)
    elif change == "neuron":
        model.layers[0].neurons[1] = Perceptron(2)
    elif change == "parameter":
        model.scale = Value(2.0)
    else:
        model.layers.append(Layer(1, 1))
    with pytest.raises(ValueError, match="was changed, its architecture"):
        save(model, tmp_path / "model.json")
    assert list(tmp_path.iterdir()) == []


def test_saving_and_loading_draw_no_random_numbers(tmp_path):
    random.seed(0)
    save(MLP(2, [3, 1], seed=0), tmp_path / "model.json")
    load(tmp_path / "model.json")
    drawn = random.random()
    random.seed(0)
    assert drawn == random.random()

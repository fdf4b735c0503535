"""Tapes as files: they come back with their bits, and what is damaged is refused, or harmless."""

from __future__ import annotations

import ast
import copy
import json
import math
import os
import struct
import sys
from collections import namedtuple
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from engines import ENGINES, every_engine
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import random_program, run

import autograd
from autograd import Tape, Value, compile, exp, ignore_domain, logsumexp, scope, softmax, tanh
from autograd.ops import define
from autograd.replay import tape_file
from autograd.replay.layout import rebuilt

Pair = namedtuple("Pair", "a b")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tape.json"


def again(tape, path, **options):
    tape.save(path)
    return Tape.load(path, **options)


def bits(x):
    """The numbers of a result, bit by bit."""
    if isinstance(x, dict):
        return {key: bits(y) for key, y in x.items()}
    return [bits(y) for y in x] if isinstance(x, (list, tuple)) else np.asarray(x, dtype=float).tobytes()


def graph(seed, length=40):
    """A tape of results in a dict, with a parameter, scopes and inputs in a tree; and its arguments."""
    program, inputs = random_program(seed, length=length)
    xs, w = [Value(x, f"x{k}") for k, x in enumerate(inputs)], Value(0.1, "w · é\udc80")
    with scope("layer"), scope("unit 1"):
        results = run(program, xs)
    out = {"y": results[-1] * w, "more": [softmax(results[5:8])[1], logsumexp(results[-5:]), (results[0], 2.5, None)]}
    tape = Tape.record(out, inputs={"a": xs[:2], "b": (xs[2], np.array(xs[3:]))}, engine="numpy")
    return tape, {"a": inputs[:2], "b": (inputs[2], np.array(inputs[3:]))}


# ---- there and back


@every_engine
@pytest.mark.parametrize("seed", range(4))
def test_it_comes_back_with_its_bits(path, engine, seed):
    tape, x = graph(seed)
    tape = again(tape, path, engine=engine)
    other = again(tape, path, engine=engine)
    for args in (x, {**x, "a": [x["a"][0] + np.array([0.0, 1e-3]), x["a"][1]]}):
        assert bits(other(args)) == bits(tape(args))
        assert bits(other.jvp((args,), (x,))) == bits(tape.jvp((args,), (x,)))
    assert str(other) == str(tape) and other.captured[0].label == "w · é\udc80"
    again(other, path.with_name("second.json"))
    assert path.with_name("second.json").read_bytes() == path.read_bytes()


def test_a_loaded_tape_is_that_of_the_function(path):
    def f(p, x, kind, bias=None):
        return {"a": tanh, "b": exp}[kind](p["w"] @ x + p["b"][0])

    p = {"w": np.array([0.5, -1.0]), "b": (0.25,), 3: 0.0, "": [[], ()]}
    compiled, x = compile(f, in_axes=(None, 0, None, None)), np.array([[1.0, 2.0], [3.0, 4.0], [0.5, 0.1]])
    value, gradient = compiled.value_and_grad(p, x, "a", None)
    loaded = again(compiled, path)
    again_value, again_gradient = loaded.value_and_grad(p, x, "a", None)
    assert bits(value) == bits(again_value) and bits(gradient) == bits(again_gradient)
    assert list(again_gradient) == list(p) and again_gradient[""] == [[], ()]
    for k in (0, 1):
        own, theirs = (tape.hvp((p, x, "a", None), (p, x, "a", None))[k] for tape in (compiled, loaded))
        assert bits(own) == bits(theirs)
    for other in ("b", None):
        with pytest.raises(ValueError, match="the arguments are not shaped like those recorded"):
            loaded(p, x, other, None)


def test_parameters_keep_their_numbers(path):
    w = Value(3.0, "w")
    tape = Tape.record(w * w * 2.0, inputs=[])
    loaded = again(tape, path)
    w.data = 5.0
    assert (tape([]), loaded([])) == (50.0, 18.0)
    loaded.captured[0].data = 1.0
    assert loaded([]) == 2.0


def test_every_number_comes_back(path):
    numbers = [0.1, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 2.0**-1074 * 3]
    parameters = [Value(x) for x in numbers]
    x = Value(1.0)
    tape = Tape.record([*parameters, *(x * y for y in numbers)], inputs=x)
    loaded = again(tape, path)
    assert [struct.pack("d", v.data) for v in loaded.captured] == [struct.pack("d", y) for y in numbers]
    with ignore_domain():
        assert bits(loaded(0.75)) == bits(tape(0.75))


def test_named_tuples_come_back_as_tuples(path):
    compiled = compile(lambda p: Pair(p.a * p.b, p.a))
    assert compiled(Pair(2.0, 3.0)) == Pair(6.0, 2.0)
    loaded = again(compiled, path)
    assert loaded((2.0, 3.0)) == (6.0, 2.0) and type(loaded((2.0, 3.0))) is tuple


def test_operations_of_a_users_own_have_to_be_there(path, table):
    bump = define("bump", lambda a: exp(-a * a), lambda y, a: -2.0 * a * y)
    compiled = compile(bump)
    compiled(0.5)
    assert again(compiled, path)(0.5) == math.exp(-0.25)
    del table["bump"]
    with pytest.raises(
        ValueError, match="the tape is damaged: no operation 'bump': if it is your own, define it first"
    ):
        Tape.load(path)


# ---- what can't be saved, and leaves the old file


@pytest.mark.parametrize(
    "f, args, message",
    [
        (lambda g, x: g(x), (tanh, 1.0), "it was recorded with an argument of type Operation"),
        (lambda x, b: x, (1.0, b"bytes"), "it was recorded with an argument of type bytes"),
        (lambda p: p[1, 2], ({(1, 2): 1.0},), "it was recorded with a dict that has a key of type tuple"),
        (lambda p: p[np.int64(3)], ({np.int64(3): 1.0},), "it was recorded with a dict that has a key of type int64"),
    ],
)
def test_what_can_not_be_saved(path, f, args, message):
    path.write_text("the old file")
    compiled = compile(f)
    compiled(*args)
    with pytest.raises(TypeError, match=f"the tape was not saved, for {message}"):
        compiled.save(path)
    assert path.read_text() == "the old file" and os.listdir(path.parent) == ["tape.json"]


def test_too_deep_to_be_saved(path):
    x = Value(1.0)
    deep = x
    for _ in range(60):
        deep = [deep]
    with pytest.raises(TypeError, match="nested more than 50 deep"):
        Tape.record(x * 2.0, inputs=deep).save(path)
    assert not path.exists()


def test_a_failure_on_the_way_leaves_the_old_file(path, monkeypatch):
    tape, x = graph(0)
    tape.save(path)
    before = path.read_bytes()

    def fails(*_):
        raise OSError(28, "No space left on device")

    for owner, broken in ((os, "fsync"), (Path, "replace")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, broken, fails)
            with pytest.raises(OSError, match="No space left on device"):
                Tape.record(Value(2.0) * 2.0).save(path)
        assert path.read_bytes() == before and os.listdir(path.parent) == ["tape.json"]
    assert bits(Tape.load(path, engine="numpy")(x)) == bits(tape(x))
    for wrong in (path.parent, path.parent / "no" / "folder.json"):
        with pytest.raises(OSError):
            tape.save(wrong)


def test_nothing_recorded_nothing_saved(path):
    with pytest.raises(ValueError, match=r"^replay: Operation is not recorded yet"):
        compile(tanh).save(path)
    assert not path.exists()


# ---- damage: bytes


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A file, its bytes, and what its tape gives."""
    file = tmp_path_factory.mktemp("tapes") / "small.json"
    x, w = Value(0.5, "x"), Value(2.0, "w")
    with scope("s"):
        Tape.record([tanh(w * x + 1.0), x**3], inputs=[x]).save(file)
    return file, file.read_bytes(), Tape.load(file)([0.25])


@contextmanager
def refused():
    """What has to raise ValueError, and to say that it is about a tape."""
    with pytest.raises(ValueError, match="tape"):
        yield


@settings(max_examples=150)
@given(place=st.integers(0, 10**6), change=st.integers(1, 255), how=st.sampled_from(["flip", "cut", "drop", "double"]))
def test_changed_bytes_are_refused(small, place, change, how):
    file, whole, result = small
    k = place % len(whole)
    changed = {
        "flip": whole[:k] + bytes([whole[k] ^ change]) + whole[k + 1 :],
        "cut": whole[:k],
        "drop": whole[:k] + whole[k + 1 :],
        "double": whole[:k] + whole[k:][:1] + whole[k:],
    }[how]
    file.write_bytes(changed)
    try:
        found = Tape.load(file)
    except ValueError as error:
        assert str(file) in str(error)
    else:  # white space is not part of what it says
        assert found([0.25]) == result and (changed.split() == whole.split() or is_same_json(changed, whole))


def is_same_json(a, b):
    """Whether they say the same: \\u00e9 is é, and 1.0e0 is 1.0."""
    return json.loads(a) == json.loads(b)


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"[]", b"{}", b"null", b"\xff\xfe", b"[" * 100_000, b"PK\x03\x04"]
)
def test_what_is_no_tape_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not a tape of scalar-autograd"):
        Tape.load(path)


def test_other_files_are_refused(path):
    import nn

    nn.save(nn.MLP(2, [1]), path)
    with pytest.raises(ValueError, match="where a 'scalar-autograd tape' is wanted"):
        Tape.load(path)
    with pytest.raises(FileNotFoundError):
        Tape.load(path.parent / "missing.json")


# ---- damage: entries, of files that are whole by their sha256, or have none


def written(path, content):
    """A file of that content which no check sum gives away."""
    path.write_text(json.dumps({key: x for key, x in content.items() if key != "sha256"}))


def edited(content, place, x):
    """A copy with x in some place; `...` takes the entry out."""
    content = copy.deepcopy(content)
    inner = content
    for key in place[:-1]:
        inner = inner[key]
    if x is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = x
    return content


BIG, HUGE = 2**31, 2**80
DAMAGE = {
    "an operation that is none": (("program", "rows", 0), "__import__", "no operation '__import__'"),
    "an operation of a number": (("program", "rows", 0), 3, "no operation '3'"),
    "another count of operands": (("program", "rows", 0), "sqrt", "a call of sqrt is out of range"),
    "too many operands": (("program", "rows", 0), "where", "a call of where is out of range"),
    "an even dot": (("program", "rows", 0), "dot", "a call of dot is out of range"),
    "no index of softmax": (("program", "rows", 0), "softmax", "a call of softmax is out of range"),
    "a row beyond": (("program", "codes", 0), 9, "an operation is out of range"),
    "a row far beyond": (("program", "codes", 0), 70_000, "OverflowError on reading it"),
    "a row below": (("program", "codes", 0), -1, "-1 is no index"),
    "a row of truth": (("program", "codes", 0), True, "True is no index"),
    "half a row": (("program", "codes", 0), 0.5, "0.5 is no index"),
    "a code too few": (("program", "codes", 0), ..., "a scope is out of range"),
    "an operand of its own": (("program", "operands", 0), 4, "an operand is out of range"),
    "an operand to come": (("program", "operands", 0), 6, "an operand is out of range"),
    "an operand far away": (("program", "operands", 0), BIG - 1, "an operand is out of range"),
    "an operand beyond numbers of 31 bits": (("program", "operands", 0), 2**31, "2147483648 is no index"),
    "an operand beyond numbers": (("program", "operands", 0), HUGE, "is no index"),
    "an operand below": (("program", "operands", 0), -1, "-1 is no index"),
    "an operand too few": (("program", "operands", 0), ..., "the list of operands is out of range"),
    "starts in disorder": (("program", "starts", 1), 40, "the list of operands is out of range"),
    "starts that begin late": (("program", "starts", 0), 1, "the list of operands is out of range"),
    "a start too few": (("program", "starts", 0), ..., "the list of operands is out of range"),
    "no starts": (("program", "starts"), [], "the list of operands is out of range"),
    "an output beyond": (("program", "outputs", 0), 99, "an output is out of range"),
    "an output too few": (("program", "outputs", 0), ..., "its results are not as many as its outputs"),
    "a scope beyond": (("program", "scope_of", 0), 9, "a scope is out of range"),
    "more inputs": (("program", "inputs"), 3, "is out of range|not as many as its inputs"),
    "no inputs": (("program", "inputs"), ..., "KeyError on reading it"),
    "a constant too few": (("program", "constants", 0), ..., "out of range"),
    "a constant that is none": (("program", "constants", 0), "one", "the tape is damaged"),
    "a constant too large": (("program", "constants", 0), "0x1p9999", "OverflowError on reading it"),
    "a constant of a number": (("program", "constants", 0), 1.0, "TypeError on reading it"),
    "a table that is none": (("program", "operands"), 5, "TypeError on reading it"),
    "a parameter too few": (("parameters", 0), ..., "its arguments are not as many as its inputs"),
    "a parameter that is none": (("parameters", 0), "w", "the tape is damaged"),
    "arguments that are none": (("inputs", 0), "leaf", "its arguments are no tuple"),
    "arguments in a list": (("inputs", 0, 0), "list", "its arguments are no tuple"),
    "arguments in a set": (("inputs", 0, 0), "set", "'set' is no kind of branch"),
    "a static argument": (("inputs", 0), {"static": None}, "its leaves are not as many as it lists"),
    "an argument more": (("inputs", 0), ["tuple", "leaf", "leaf"], "its leaves are not as many as it lists"),
    "a shape": (("inputs", 1, 0, 1), [2], "its arguments are not as many as its inputs"),
    "a huge shape": (("inputs", 1, 0, 1), [BIG - 1] * 40, "its arguments are not as many as its inputs"),
    "a shape below": (("inputs", 1, 0, 1), [-1], "-1 is no index"),
    "an object": (("results", 0, 1), {"object": 1}, "an argument that is no number is damaged"),
    "a list as a static": (("results", 0, 1), {"static": []}, "an argument that is no number is damaged"),
    "keys that are none": (("results", 0, 1), ["dict", [[1], "leaf"]], "the keys of a dict are damaged"),
    "a key twice": (("results", 0), ["dict", ["a", "leaf"], ["a", "leaf"]], "the keys of a dict are damaged"),
    "a dict without keys": (("results", 0, 0), "dict", "the tape is damaged"),
    "an entry more": (("code",), "print('hello')", "'code' is none of its entries"),
    "an entry less": (("parameters",), ..., "its 'parameters' is missing or no list"),
    "another version": (("version",), 2, "install a newer one"),
}


@pytest.mark.parametrize("name", DAMAGE)
@pytest.mark.parametrize("signed", [True, False])
def test_damaged_entries_are_refused(small, path, name, signed):
    place, x, message = DAMAGE[name]
    content = edited(json.loads(small[1]), place, x)
    if signed:
        content["sha256"] = tape_file.documents._hash(
            json.dumps({k: v for k, v in content.items() if k not in ("format", "version", "sha256")})
        )
        path.write_text(json.dumps(content))
    else:
        written(path, content)
    with pytest.raises(ValueError, match=message) as caught:
        Tape.load(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_the_file_before_the_damage_is_not_refused(small, path):
    written(path, json.loads(small[1]))
    assert Tape.load(path)([0.25]) == small[2]


NUMBERS = [0, 1, 2, 3, 5, -1, 40, BIG - 1, BIG, HUGE, 0.5, 1e308, True]
TEXTS = ["", "leaf", "tuple", "list", "dict", "0x1p3", "nan", "inf", "exp", "dot", "total", "where", "os.system"]
ODD = st.sampled_from([*NUMBERS, *TEXTS, None, [], {}, [[]], {"static": "s"}, ["tuple"]])


def places(content, place=()):
    """Where something stands in lists and dicts."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, x in inner:
        yield (*place, key)
        yield from places(x, (*place, key))


@pytest.fixture(scope="module")
def larger(tmp_path_factory):
    """The content of a file with operations of all kinds."""
    file = tmp_path_factory.mktemp("tapes") / "larger.json"
    graph(1, length=30)[0].save(file)
    return file, json.loads(file.read_bytes())


@every_engine
@settings(max_examples=250)
@given(data=st.data())
def test_any_damage_is_refused_or_harmless(larger, engine, data):
    """What is let through runs, on every engine, to its end."""
    file, content = larger
    part = data.draw(st.sampled_from(["program", "inputs", "results", "parameters"]))
    for _ in range(data.draw(st.integers(1, 3))):
        inside = [place for place in places(content) if place[0] == part]
        place = data.draw(st.sampled_from(inside or [(part,)]))
        content = edited(content, place, data.draw(st.just(...) | st.integers(0, 80) | ODD))
        if not content.get(part):
            break
    written(file, content)
    try:
        tape = Tape.load(file, engine=engine)
    except ValueError as error:
        assert "tape" in str(error)
        return
    args = rebuilt(tape.inputs.tree, iter([np.full(leaf.shape, 0.5) for leaf in tape.inputs.leaves]))
    with ignore_domain():
        found, (again_found, rates) = tape(*args), tape.jvp(args, args)
    assert str(found) == str(again_found) and str(rates) and str(tape)


def of_calls(calls, outputs):
    """The content of a file for one number, node 0, and the constants 0, 1 and 7, which are the nodes 1 to 3."""
    program = {
        "inputs": 1,
        "constants": [x.hex() for x in (0.0, 1.0, 7.0)],
        "rows": [name for name, _ in calls],
        "scopes": [[]],
        "codes": list(range(len(calls))),
        "starts": [sum(len(xs) for _, xs in calls[:k]) for k in range(len(calls) + 1)],
        "operands": [x for _, xs in calls for x in xs],
        "outputs": outputs,
        "scope_of": [0] * len(calls),
    }
    leaves = [[f"y{k}", []] for k in range(len(outputs))]
    content = {"format": "scalar-autograd tape", "version": 1, "program": program, "parameters": []}
    content["inputs"] = [["tuple", "leaf"], [["x", []]]]
    return content | {"results": [["list", *["leaf"] * len(outputs)], leaves]}


@every_engine
def test_programs_that_no_recording_makes_run_too(path, engine):
    """A bias alone, one softmax, what is not needed, a row twice, an output twice, an input and a constant."""
    calls = [("dot", [0]), ("softmax", [1, 0]), ("mul", [0, 0]), ("exp", [3]), ("mul", [4, 6])]
    calls += [("mean", [8]), ("total", [5])]
    written(path, of_calls(calls, [4, 5, 6, 8, 8, 9, 10, 0, 3]))
    tape = Tape.load(path, engine=engine)
    x = np.array([2.0, 3.0])
    expected = [x, 1.0, x**2, x**3, x**3, x**3, 1.0, x, 7.0]
    found = [np.broadcast_to(y, 2).tolist() for y in tape(x)]
    assert found == [np.broadcast_to(y, 2).tolist() for y in expected]


WRONG = [("dot", []), ("dot", [0, 0]), ("total", []), ("mean", []), ("logsumexp", []), ("where", [0, 0]), ("exp", [])]
NO_INDEX = [("softmax", xs) for xs in ([], [1], [0, 0], [2, 0], [3, 0, 0])]


@pytest.mark.parametrize("call", WRONG + NO_INDEX, ids=str)
def test_calls_that_are_none(path, call):
    written(path, of_calls([call], [4]))
    with pytest.raises(ValueError, match=f"the tape is damaged: a call of {call[0]} is out of range"):
        Tape.load(path)


# ---- nothing is executed


def test_the_reader_has_nothing_to_execute_with():
    """No pickle, eval, exec or import by name in the modules that read."""
    for module in (tape_file, tape_file.documents):
        tree = ast.parse(Path(module.__file__).read_text())
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert not names & {"eval", "exec", "compile", "__import__", "globals", "vars"}
        assert not imported & {"pickle", "marshal", "shelve", "importlib", "subprocess", "runpy"}


ENDS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]  # of lines


def test_loading_and_running_executes_nothing_of_the_file(small, path):
    """Names in the file are labels and scopes, and do not get into what is run as code."""
    harm = '__import__("os").environ.update(HARM="1")'
    hostile = (
        "".join(f"{end}{indent}{harm}  #" for end in ENDS for indent in ("        ", ""))
        + f"\n    {harm}\n'''\\\n{harm}\n\"); {harm}  # \0\udc80"
    )
    content = json.loads(small[1])
    written(path, content)
    lines = len(str(Tape.load(path)).splitlines())
    content["program"]["scopes"] = [[], [hostile, hostile]]
    content["parameters"][0][0] = content["inputs"][1][0][0] = hostile
    content["results"][1][0][0] = hostile
    written(path, content)
    for engine in ENGINES:
        tape = Tape.load(path, engine=engine)
        assert tape([0.25]) == small[2] and tape.jvp(([0.25],), ([1.0],))[0] == small[2]
        assert len(str(tape).splitlines()) == lines and tape.source and repr(tape)
    assert "HARM" not in os.environ


def test_unpickling_is_never_tried(small, path, monkeypatch):
    import pickle

    class Harm:
        def __reduce__(self):
            return os.putenv, ("HARM", "1")

    path.write_bytes(pickle.dumps(Harm()))
    with monkeypatch.context() as patch:
        patch.setattr(pickle, "loads", lambda *_: pytest.fail("unpickled"))
        with refused():
            Tape.load(path)
    assert autograd.Tape is Tape and sys.modules["autograd"] is autograd

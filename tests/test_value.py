"""What a Value promises: its numbers, its graph, its arithmetic, what it refuses."""

import copy
import gc
import inspect
import math
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from weakref import ref

import numpy as np
import pytest

import autograd
from autograd import Value, dot, exp, grad, kept, modes, no_grad, ops, paths, scope, scopes, zero_grad
from autograd.graph import topological_order


def test_what_a_result_depends_on_comes_before_it_in_the_order_written():
    w, x, b = [Value(2.0), Value(3.0)], [Value(5.0), Value(7.0)], Value(1.0)
    found, difference = dot(w, x, b), b - w[0]
    assert found.parents == (*w, *x, b)
    assert topological_order(found) == [*w, *x, b, found]
    assert topological_order(difference) == [b, w[0], difference]


def test_a_gradient_from_above_is_a_number():
    x = Value(2.0)
    with pytest.raises(ValueError, match="backward: the gradient from above is nan"):
        x.backward(gradient=math.nan)
    assert x.grad == 0.0


def test_a_result_knows_its_operation_operands_and_local_derivatives():
    a, b = Value(3.0, label="a"), Value(4.0)
    product = a * b
    assert (product.data, product.op, product.parents) == (12.0, ops.mul, (a, b))
    assert product.local_derivatives == (4.0, 3.0)
    assert (a.op, a.parents, a.local_derivatives, a.label, b.label) == (None, (), (), "a", "")


def test_an_operand_used_twice_is_a_parent_twice():
    a = Value(3.0)
    assert (a + a).parents == (a, a)
    assert (a * a).local_derivatives == (3.0, 3.0)


def test_numbers_are_constants_without_a_node():
    x = Value(3.0)
    for result, operands in (
        (2 * x, (2.0, x)),
        (x - 2, (x, 2.0)),
        (1 / x, (1.0, x)),
        (x**2, (x, 2.0)),
        (2**x, (2.0, x)),
    ):
        assert result.parents == (x,)
        assert result.operands == operands
        assert len(result.local_derivatives) == 1


def test_subtraction_and_division_are_one_node_each():
    a, b = Value(3.0), Value(4.0)
    assert ((a - b).op, (a - b).parents) == (ops.sub, (a, b))
    assert ((a / b).op, (a / b).parents) == (ops.div, (a, b))


@pytest.mark.parametrize("number", [2, 2.0, True, np.float64(2), np.float32(2), np.int64(2), np.bool_(True)])
def test_numbers_of_python_and_numpy_stand_on_either_side(number):
    x = Value(3.0)
    n = float(number)
    for v, expected in (
        (number + x, n + 3), (x + number, 3 + n), (number - x, n - 3), (x - number, 3 - n), (number * x, n * 3),
        (x * number, 3 * n), (number / x, n / 3), (x / number, 3 / n), (number**x, n**3), (x**number, 3**n),
    ):  # fmt: skip
        assert type(v) is Value
        assert type(v.data) is float
        assert v.data == expected


def test_operations_are_functions_methods_and_numpy_functions():
    x, y = Value(0.3), Value(0.7)
    for name in ("exp", "log1p", "arcsin", "tanh", "sqrt", "cbrt", "exp2", "log2", "arctan", "square", "sign"):
        results = getattr(autograd, name)(x), getattr(x, name)(), getattr(np, name)(x)
        assert {(v.data, v.op.name, v.parents) for v in results} == {(results[0].data, name, (x,))}
    for name in ("maximum", "minimum", "hypot", "arctan2", "power"):
        results = getattr(autograd, name)(x, y), getattr(x, name)(y), getattr(np, name)(x, y)
        assert {(v.data, v.op.name, v.parents) for v in results} == {(results[0].data, name, (x, y))}
    assert exp(2.0) == math.exp(2.0)


def test_object_arrays_multiply_and_map():
    X, W = np.vectorize(Value)(np.array([[1.0, 2.0], [3.0, 4.0]])), np.vectorize(Value)(np.array([[5.0], [6.0]]))
    Y = np.tanh(X @ W) + np.array([[1.0], [2.0]])
    assert [v.data for v in Y.ravel()] == [math.tanh(17) + 1, math.tanh(39) + 2]
    Y.sum().backward()
    assert X[0, 1].grad == pytest.approx(6 * (1 - math.tanh(17) ** 2), rel=1e-9)
    assert (Value(2.0) * np.array([1.0, 3.0]))[1].data == 6.0
    assert (np.array([1.0, 3.0]) * Value(2.0))[1].data == 6.0
    assert (np.array([1.0, 3.0]) > Value(2.0)).tolist() == [False, True]
    assert exp(np.array([0.0, 1.0])).tolist() == [1.0, math.e]


def test_sum_adds_values():
    x = Value(3.0)
    total = sum([x, x * 2, 1.0])
    total.backward()
    assert (total.data, x.grad) == (10.0, 3.0)
    assert sum([x, x]).parents == (x, x)  # no node for the 0 that sum begins with
    assert (0.0 + x).parents == (x,)


def test_order_compares_data_and_equality_is_identity():
    a, b = Value(1.0), Value(1.0)
    assert a <= b and a >= b and not a < b and not a > b and a < 2 and a < 2
    assert a != b
    assert {a: "a", b: "b"}[a] == "a"
    assert bool(Value(0.5)) and not Value(0.0)
    with pytest.raises(TypeError, match=r"<: str 'x' is not a real number"):
        a < "x"  # noqa: B015, to compare is what fails


@pytest.mark.parametrize("convert", [float, math.exp, lambda v: np.array([v], dtype=float)])
def test_conversion_to_float_says_what_to_write(convert):
    with pytest.raises(TypeError, match=r"would drop the graph: write v\.data .* autograd\.exp\(v\)"):
        convert(Value(1.0))


BAD = [
    ("2", r"write float\(x\)"),
    (None, "is a `return` missing"),
    (2j, "real and its imaginary part"),
    (np.ones(2), r"np\.vectorize"),
]
BAD += [([1.0], "list of Values"), (Value(1.0), "is a Value already"), (object(), "not a real number")]


@pytest.mark.parametrize(("data", "text"), BAD)
def test_bad_data_is_refused_at_once_by_name(data, text):
    with pytest.raises(TypeError, match=f"Value: {type(data).__name__} .*is not a real number; .*{text}|{text}"):
        Value(data)
    with pytest.raises(TypeError, match=r"Value\.data: "):
        Value(1.0).data = data


@pytest.mark.parametrize("bad", ["2", None, 2j, [1.0]])
def test_operations_refuse_what_is_no_number(bad):
    x = Value(2.0)
    for operation, name in (
        (lambda: x + bad, "add"),
        (lambda: bad - x, "sub"),
        (lambda: ops.maximum(x, bad), "maximum"),
    ):
        with pytest.raises(TypeError, match=f"{name}: {type(bad).__name__} .*is not a real number"):
            operation()


def test_integers_too_large_for_a_float_are_refused():
    for make in (lambda: Value(10**400), lambda: 10**400 * Value(1.0)):
        with pytest.raises(ValueError, match=r"int of 1329 bits is too large for a float"):
            make()


def test_wrong_calls_say_so():
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'b'"):
        ops.maximum(Value(1.0))
    with pytest.raises(ValueError, match=r"dot pairs 2 weights with 1 inputs"):
        ops.dot([1.0, 2.0], [Value(1.0)])
    for nothing in (ops.mean, ops.logsumexp):
        with pytest.raises(ValueError, match=r"at least one value"):
            nothing([])


# ---- backward


def test_leaves_accumulate_over_passes_and_interior_nodes_do_not():
    x = Value(3.0)
    square = x * x
    cube = square * x
    cube.backward()
    cube.backward()
    assert (x.grad, square.grad, cube.grad) == (54.0, 3.0, 1.0)


def test_minibatches_accumulate():
    w = Value(2.0)
    (w * 1).backward()
    (w * 3).backward()
    assert w.grad == 4.0
    zero_grad([w])
    assert w.grad == 0.0
    (w * 3).backward()
    zero_grad(w)
    assert w.grad == 0.0


def test_a_shared_node_hands_on_its_whole_gradient():
    # A depth-first walk that hands gradients on before all have arrived gets this wrong: db/da = 2, dd/db = 2b + 1.
    a = Value(2.0)
    b = a + a
    d = b * b + b
    d.backward()
    assert a.grad == 2 * (2 * b.data + 1)


def test_a_leaf_is_a_root_and_the_gradient_from_above_is_an_argument():
    x = Value(3.0)
    x.backward()
    assert x.grad == 1.0
    (x * 2).backward(gradient=0.5)
    assert x.grad == 2.0
    with pytest.raises(TypeError, match=r"backward: str '1' is not a real number"):
        x.backward("1")


def test_moving_a_leaf_leaves_earlier_results_as_they_are():
    x = Value(3.0)
    y = x * x
    x.data -= 1
    assert (x.data, y.data, y.local_derivatives) == (2.0, 9.0, (3.0, 3.0))


def test_no_grad_and_detach_record_nothing():
    x = Value(3.0)
    with no_grad():
        inside = x * x
    assert (inside.data, inside.parents, inside.op) == (9.0, (), None)

    @no_grad()
    def decorated():
        return ops.dot([x], [x])

    assert decorated().parents == ()
    assert (x * x).parents == (x, x)
    y = x.detach() * x
    y.backward()
    assert x.grad == 3.0


def test_threads_may_look_at_one_graph():
    x = Value(1.0)
    for _ in range(60):
        x = x * x + x
    expected = topological_order(x)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(topological_order, [x] * 400))
    finally:
        sys.setswitchinterval(before)
    assert [order for order in found if order != expected] == []


def test_modes_are_local_to_a_thread():
    x, parents = Value(3.0), []
    with no_grad():
        thread = threading.Thread(target=lambda: parents.append((x * x).parents))
        thread.start()
        thread.join()
    assert parents == [(x, x)]


def test_a_leaf_is_a_result_too():
    x = Value(3.0)
    x.backward()
    x.backward(2.0)
    assert (x.grad, paths(x, x).count, paths(x, x).total) == (3.0, 1, 1.0)


def test_only_derivatives_that_are_asked_for_are_made():
    assert autograd.grad(lambda x: x ** Value(2.0))(-3.0) == -6.0  # ∂/∂exponent has a log(-3)


def test_a_derivative_of_0_ends_the_chain():
    assert autograd.compile(autograd.grad(lambda x: autograd.sign(x * x) + x))(2.0) == 1.0


def test_paths_count_sum_and_list():
    x, other = Value(3.0), Value(1.0)
    found, none = paths(x, x * x + x), paths(other, x * x)
    assert (found.count, found.total, len(found), bool(found)) == (3, 7.0, 3, True)
    assert (none.count, none.total, list(none), bool(none)) == (0, 0.0, [], False)
    assert repr(found) == "<3 paths, whose products sum to 7>"
    doubled = x
    for _ in range(100):
        doubled = doubled + doubled
    assert bool(paths(x, doubled)) and paths(x, doubled).count == 2**100
    assert bool(paths(x, x * 2.0))
    with pytest.raises(TypeError, match=r"paths: 3\.0 is float, not a Value"):
        paths(3.0, x)


def test_scopes_nest_and_mark_new_nodes():
    x = Value(3.0)
    with scope("layer"):
        with scope("neuron"):
            inner = x * x
        outer = x + 1
        parameter = Value(1.0)
    assert (inner.scope, outer.scope, parameter.scope, x.scope) == (("layer", "neuron"), ("layer",), ("layer",), ())


# ---- depth, memory, copies


def chain(x, length):
    v = x
    for _ in range(length):
        v = v * 0.999999 + x
    return v


def test_a_million_operations_deep():
    x = Value(1.0)
    v = chain(x, 500_000)
    v.backward()
    expected = (1 - 0.999999**500_001) / (1 - 0.999999)
    assert x.grad == pytest.approx(expected, rel=1e-9)
    del v  # freed without recursion


def test_a_deep_graph_is_pickled_and_copied():
    x = Value(1.0)
    v = chain(x, 10_000)
    for y, w in (pickle.loads(pickle.dumps([x, v])), copy.deepcopy([x, v])):
        assert y is not x
        w.backward()
        assert y.grad == pytest.approx((1 - 0.999999**10_001) / 1e-6, rel=1e-9)
    assert x.grad == 0.0


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda graph: pickle.loads(pickle.dumps(graph))])
def test_a_copy_has_its_own_operands_of_a_sum_and_its_scope_and_origin(copied):
    w, x = [Value(2.0), Value(3.0)], [Value(5.0), Value(7.0)]
    with scope("layer"):
        y = dot(w, x) * (Value(1e200) * 1e200)
    assert y.parents[1].notes.keys() == {"scope", "origin"}
    (w2, x2), y2 = copied(((w, x), y))
    assert [v.notes for v in topological_order(y2)] == [v.notes for v in topological_order(y)]
    found = y2.parents[0]
    assert found.parents == (*w2, *x2)
    found.backward()
    assert ([v.grad for v in w2], [v.grad for v in x2], w[0].grad) == ([5.0, 7.0], [2.0, 3.0], 0.0)


def test_copies_keep_what_is_shared_labels_and_operations():
    x = Value(3.0, label="x")
    y = ops.leaky_relu(-x, 0.25)
    x2, y2 = pickle.loads(pickle.dumps((x, y)))
    assert y2.parents[0].parents[0] is x2
    assert (x2.label, y2.op, y2.operands[1]) == ("x", ops.leaky_relu, 0.25)
    assert copy.copy(y).parents == y.parents
    third = pickle.loads(pickle.dumps([y, x]))
    assert third[0].parents[0].parents[0] is third[1]


def test_a_value_has_no_dict():
    assert not hasattr(Value(1.0), "__dict__") and not hasattr(Value(1.0) * 2.0, "__dict__")


def test_a_graph_is_no_reference_cycle():
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        chain(Value(1.0), 1000).backward()
        assert len(gc.get_objects()) - before < 100
    finally:
        gc.enable()


# ---- the compiled code


def test_the_compiled_code_can_be_read():
    assert "v = new(Value)" in inspect.getsource(Value.tanh)
    assert str(inspect.signature(autograd.leaky_relu)) == "(a, slope=0.01)"


def test_repr_shows_data_gradient_and_label():
    assert repr(Value(2.0, label="x")) == "Value(data=2.0, grad=0.0, label='x')"
    assert repr(Value(2)) == "Value(data=2.0, grad=0.0)"
    assert repr(autograd.clip) == "<operation clip(a, low, high)>"


def test_subclasses_of_value_are_values():
    class Parameter(Value):
        __slots__ = ()

    p = Parameter(3.0)
    y = p * p + 2 * p
    y.backward()
    assert (y.data, p.grad, type(y)) == (15.0, 8.0, Value)


def test_equality_is_identity_in_numpys_hands_too():
    v, w = Value(3.0), Value(3.0)
    assert (np.float64(3.0) == v) is False
    assert (np.float64(3.0) != v) is True
    assert (np.array([v, w]) == v).tolist() == [True, False]


def test_a_value_is_formatted_as_its_number():
    v = Value(1.25, label="loss")
    assert f"{v:.1f} {v:>8.3e} {v}" == f"{1.25:.1f} {1.25:>8.3e} {v!r}"


def test_plus_is_the_operation_positive():
    v = Value(3.0)
    (+v).backward()
    assert ((+v).op, v.grad) == (ops.positive, 1.0)


def test_softmax_takes_what_can_be_iterated_over():
    values = [Value(1.0), Value(2.0)]
    assert [p.data for p in ops.softmax(v for v in values)] == [p.data for p in ops.softmax(values)]
    with pytest.raises(ValueError, match="softmax need at least one value"):
        ops.softmax([])


def test_an_operation_says_what_it_is():
    assert inspect.getdoc(autograd.sqrt).splitlines() == [
        "sqrt(a), of Values or numbers",
        "y = sqrt(a)",
        "∂y/∂a = 1 / (2 * y)",
        "domain: a >= 0",
        "kinks: a == 0",
    ]
    assert inspect.getdoc(autograd.dot).startswith("dot(ws, xs, bias)")
    assert str(inspect.signature(autograd.dot)) == "(ws, xs, bias=0.0)"


def test_scopes_are_the_scopes_of_a_loop_one_after_another():
    x = Value(2.0)
    with scope("layer"), scopes(["a", "b"]) as each:
        inner = [x * k for k in each([1.0, 2.0])]
        after = x + 1.0
    assert [v.scope for v in inner] == [("layer", "a"), ("layer", "b")]
    assert after.scope == ("layer",) and (x + 1.0).scope == ()


def test_scopes_end_where_the_loop_is_left_by_an_error():
    with pytest.raises(RuntimeError), scopes(["a", "b"]) as each:
        for _ in each("xy"):
            raise RuntimeError
    assert (Value(1.0) + 1.0).scope == ()


def test_scopes_without_recording_leave_no_graph():
    with no_grad(), scopes(["a"]) as each:
        (y,) = [Value(1.0) + 1.0 for _ in each("x")]
    assert y.parents == () and y.scope == ("a",)


def test_as_many_scopes_as_items():
    with pytest.raises(ValueError, match="shorter"), scopes(["a", "b"]) as each:
        list(each("x"))


def test_a_decorated_function_that_calls_itself_nests_its_scope():
    @scope("deeper")
    def f(depth):
        return f(depth - 1) if depth else Value(1.0) + 1.0

    assert f(2).scope == ("deeper",) * 3


def test_a_scope_that_is_entered_is_not_entered_again():
    one, many = scope("a"), scopes(["a"])
    with one, pytest.raises(RuntimeError, match=r"scope\('a'\) is entered already"), one:
        pass
    with many as each, pytest.raises(RuntimeError, match="entered already"), many:
        pass
    with pytest.raises(RuntimeError, match="has ended"):
        list(each("x"))
    assert (Value(1.0) + 1.0).scope == ()
    with one, many:  # one after the other is well
        assert (Value(1.0) + 1.0).scope == ("a",)


def test_operations_on_sequences_take_no_tables():
    for call in (lambda: ops.total(np.ones((2, 2))), lambda: ops.dot(np.ones((2, 2)), [1.0, Value(1.0)])):
        with pytest.raises(TypeError, match=r"an operand is an array of shape \(2,\); give flat sequences"):
            call()
    assert ops.dot([Value(2.0)], [3.0], np.array(1.0)).data == 7.0


def test_scopes_without_end_are_forgotten():
    for k in range(1000):
        with scope(f"step {k}"), scope("layer"):
            assert (Value(1.0) * 2.0).scope == (f"step {k}", "layer")
    assert len(modes.DEFAULT.inner) <= kept.MOST


def test_a_row_defined_anew_takes_its_code_along(table):
    def defined():
        bump = ops.define("bump", lambda a: ops.exp(-a * a), lambda y, a: -2.0 * a * y)
        assert grad(grad(bump))(0.0) == -2.0
        return ref(bump)

    rows = [defined() for _ in range(3)]
    gc.collect()
    assert [row() is None for row in rows] == [True, True, False]

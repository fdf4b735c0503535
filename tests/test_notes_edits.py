"""Each kind of slip that one edit mends: what it offers, what is found by it, and what it never says."""

import itertools
import re

import pytest

from autograd import check_notes
from autograd.notes.finding import HOLDS, SLIP
from autograd.notes.formulas.parsing import parse_formula
from autograd.notes.formulas.replacing import put
from autograd.notes.formulas.syntax import Indexed, Name, Number, Power
from autograd.notes.verdicts import search
from autograd.notes.verdicts.edits import KINDS, Edit, Side, edits, spliced
from autograd.notes.verdicts.edits.factors import extra_factor, missing_factor, upside_down
from autograd.notes.verdicts.edits.functions import wrong_function, wrong_power, wrong_prime
from autograd.notes.verdicts.edits.indices import transposed_index, wrong_index
from autograd.notes.verdicts.edits.matrices import transposed_matrix, wrong_order, wrong_product
from autograd.notes.verdicts.edits.names import exchanged_names, wrong_name
from autograd.notes.verdicts.edits.sums import extra_sum, missing_sum, wrong_sign


def parsed(latex):
    (relation,) = parse_formula(latex, ())
    return relation.sides[-1]


def side(latex, names=(), indices=()):
    return Side(parsed(latex), latex, list(map(parsed, names)), list(indices))


# ---- what each kind offers

# fmt: off
OFFERS = [  # the kind, a formula, the names and the indices that may be meant, and what the formula may have been
    (transposed_index, r"W_{ij} x_i", "", "", [r"W_{ji} x_i"]),
    (transposed_index, r"W_{ii} x_i", "", "", []),
    (transposed_matrix, r"X^T W^{(1)}", "", "", [r"X W^{(1)}", r"X^T {W^{(1)}}^T"]),
    (transposed_matrix, r"\frac{dL}{dW}", "", "",
     [r"\left(\frac{dL}{dW}\right)^T", r"\frac{dL^T}{dW}", r"\frac{dL}{dW^T}"]),
    (wrong_order, r"2 A B", "", "", [r"2 B A"]),
    (wrong_order, r"A / B", "", "", []),
    (wrong_order, r"\theta x", "", "", [r"x \theta"]),
    (missing_sum, r"x_i y", "", "ik", [r"\sum_{i} x_i y", r"\sum_{k} x_i y"]),
    (missing_sum, r"x_i - y", "", "i", [r"\sum_{i} \left(x_i - y\right)"]),
    (extra_sum, r"\frac{1}{m} \sum_{i=1}^m x_i", "", "", [r"\frac{1}{m} x_i"]),
    (extra_sum, r"\prod_{i=1}^m x_i", "", "", []),
    (wrong_index, r"x_i y", "", "ij", [r"x_j y"]),
    (wrong_index, r"y^{(i)}", "", "k", [r"y^{(k)}"]),
    (wrong_index, r"(x_i - t_i) y_1", "", "",
     [r"(x_1 - t_1) y_1", r"(x_1 - t_i) y_1", r"(x_i - t_1) y_1"]),
    (upside_down, r"\frac{dw}{dL}", "", "", [r"\frac{\partial L}{\partial w}"]),
    (upside_down, r"\frac{a}{b + c}", "", "", [r"\frac{b + c}{a}"]),
    (wrong_sign, r"-a + b", "", "", [r"a + b", r"-a - b"]),
    (wrong_product, r"A B \odot C", "", "", [r"A \odot B \odot C", r"A B C"]),
    (wrong_product, r"A / B", "", "", []),
    (wrong_prime, r"h'(z)", "", "", [r"h(z)"]),
    (wrong_function, r"\sin x", "", "", [r"\cos x"]),
    (wrong_function, r"\ln x", "", "", [r"\exp x"]),
    (wrong_function, r"\max(x, y)", "", "", []),
    (extra_factor, r"x y", "", "", [r"y", r"x"]),
    (extra_factor, r"x y \cdot z", "", "", [r"y \cdot z", r"x \cdot z", r"x y"]),
    (wrong_power, r"x^2", "", "", [r"x", r"x^2^2"]),
    (wrong_power, r"y^{(i)}", "", "", [r"{y^{(i)}}^2", r"y^2^{(i)}"]),
    (exchanged_names, r"P(x) \log Q(x)", "", "", [r"x(P) \log Q(P)", r"Q(x) \log P(x)", r"P(Q) \log x(Q)"]),
    (wrong_name, r"x_0 \beta", [r"\theta_0", r"\beta"], "", [r"\theta_{0} \beta", r"\beta \beta", r"x_0 \theta_{0}"]),
    (wrong_name, r"\theta x", ["w"], "", [r"w x", r"\theta w"]),
    (missing_factor, r"a + b", ["x"], "", [r"\left(a + b\right) \, x", r"a \, x + b", r"a + b \, x"]),
    (missing_factor, r"\sum_i (a_i)", [r"\theta"], "", [r"\sum_i (a_i \, \theta)", r"\sum_i (a_i) \, \theta"]),
]
# fmt: on


def without_blanks(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("kind, latex, names, indices, meant", OFFERS)
def test_what_a_kind_of_slip_may_have_been(kind, latex, names, indices, meant):
    offered = [spliced(latex, edit.changes) for edit in kind(side(latex, names, indices))]
    assert list(map(without_blanks, offered)) == list(map(without_blanks, meant))


def test_every_kind_is_tried():
    assert {kind for kind, *_ in OFFERS} == set(KINDS)
    assert len(set(KINDS)) == len(KINDS)


def test_edits_come_in_the_order_of_their_kinds():
    one = side(r"\sum_i W_{ij} (x_i - \sin t)", ["b"], "ij")
    assert list(edits(one)) == [edit for kind in KINDS for edit in kind(one)]
    assert next(edits(one)).kind == "transposed"


def test_what_an_edit_writes_reads_as_what_it_means():
    others = (missing_sum, missing_factor, wrong_prime, wrong_power)  # which may need brackets, or come before an index
    for latex in (r"W_{ij} (x_i - t)", r"\sin(x) h'(z) + c", r"A B C^T", r"\frac{a}{b} \theta x"):
        one = side(latex, ["b"], "ij")
        for edit in (edit for kind in KINDS if kind not in others for edit in kind(one)):
            assert parsed(spliced(latex, edit.changes)) == edit.body, edit.words


# ---- what edits are made of


def test_only_the_very_node_is_replaced():
    twice = parsed("x x")
    first, second = twice.factors
    assert first == second
    assert put(twice, second, Name("y")) == parsed("x y")
    assert put(twice, Name("x"), Name("y")) is twice


def test_commands_do_not_run_into_letters():
    assert spliced(r"\sigma(W)", [((0, 6), "W"), ((7, 8), r"\theta")]) == r"W(\theta)"
    assert spliced("Wx", [((0, 1), r"\theta")]) == r"\theta x"
    assert spliced(r"\theta(x)", [((6, 9), "x")]) == r"\theta x"
    assert spliced("ab", [((0, 1), "x")]) == "xb"


def test_the_place_of_an_edit_is_all_that_it_changes():
    assert Edit("", "", Name("x"), (((7, 8), ""), ((2, 3), ""))).place == (2, 8)


def test_indices_are_no_parts_of_a_side():
    nodes = side(r"\sum_i x_{i}^2").nodes
    assert Name("i") not in nodes
    assert {Name("x"), Indexed(Name("x"), (Name("i"),))} < set(nodes)
    assert [type(node) for node in side("x^2").every(Power)] == [Power]


# ---- slips planted in notes

NUMBERS = "a, b, x, y: number"
SCORES = (r"X: m×n; \theta: n; y: m", r"J = \frac{1}{2} \|X\theta - y\|^2")
LAYER = ("X: m×k; W: k×n; L: function of Y", "Y = XW")
ENTRIES = ("x: n; W: k×n; t: k", r"y_i = \sum_j W_{ij} x_j, \quad E = \frac{1}{2} \sum_i (y_i - t_i)^2")
HIDDEN = ("z, t: k", r"a = \tanh(z), \quad E = \frac{1}{2} \|a - t\|^2")
SINE = (NUMBERS, r"f = \sin(a x) + b")
CHAIN = (NUMBERS, r"g(x) = x^3, \quad f = g(a x)")
SCALED = (r"x, \alpha, \beta: number", r"f = \alpha x + \alpha^2 + \beta")
PRODUCT = (NUMBERS, r"f = a x^2 + b x y")
ENTROPY = ("p: n, distribution; q: n, distribution", r"H = -\sum_i p_i \log q_i")

# fmt: off
PLANTED = [  # the kind that mends it, the notes, a left side, what is right, what is written, the kind that is said
    (transposed_index, ENTRIES, r"\frac{\partial E}{\partial x_j}",
     r"\sum_i (y_i - t_i) W_{ij}", r"\sum_i (y_i - t_i) W_{ji}", "transposed"),
    (transposed_matrix, SCORES, r"\nabla_\theta J", r"X^T (X\theta - y)", r"X (X\theta - y)", "transposed"),
    (wrong_order, LAYER, r"\frac{\partial L}{\partial W}",
     r"X^T \frac{\partial L}{\partial Y}", r"\frac{\partial L}{\partial Y} X^T", "wrong order"),
    (missing_sum, ENTRIES, r"\frac{\partial E}{\partial x_j}",
     r"\sum_{i} (y_i - t_i) W_{ij}", r"(y_i - t_i) W_{ij}", "missing sum"),
    (extra_sum, ENTRIES, r"\frac{\partial E}{\partial y_i}", r"(y_i - t_i)", r"\sum_i (y_i - t_i)", "wrong sum"),
    (wrong_index, ENTRIES, r"\frac{\partial E}{\partial W_{ij}}",
     r"(y_i - t_i) x_j", r"(y_i - t_i) x_i", "wrong index"),
    (upside_down, PRODUCT, r"\frac{\partial f}{\partial a}", r"\frac{x^{3}}{x}", r"\frac{x}{x^3}", "reciprocal"),
    (wrong_sign, PRODUCT, r"\frac{\partial f}{\partial x}", r"2 a x + b y", r"2 a x - b y", "wrong sign"),
    (wrong_product, HIDDEN, r"\frac{\partial E}{\partial z}",
     r"(a - t) \odot (1 - a \odot a^T)", r"(a - t) \odot (1 - a a^T)", "wrong product"),
    (wrong_prime, CHAIN, r"\frac{\partial f}{\partial a}", r"g'(a x) x", r"g(a x) x", "wrong function"),
    (wrong_function, SINE, r"\frac{\partial f}{\partial x}", r"a \cos(a x)", r"a \sin(a x)", "wrong function"),
    (extra_factor, SINE, r"\frac{\partial f}{\partial a}", r"x \cos(a x)", r"(a + b) x \cos(a x)", "extra factor"),
    (wrong_power, PRODUCT, r"\frac{\partial f}{\partial a}", r"x^2", r"x", "wrong power"),
    (exchanged_names, ENTROPY, r"H", r"-\sum_i p_i \log q_i", r"-\sum_i q_i \log p_i", "wrong name"),
    (wrong_name, SCALED, r"\frac{\partial f}{\partial \alpha}", r"x + 2 \alpha", r"x + 2 \beta", "wrong name"),
    (missing_factor, PRODUCT, r"\frac{\partial f}{\partial y}", r"b \, x", r"b", "missing factor"),
]
# fmt: on


def checked(notes, head, body):
    text = "\n\n".join([f"<!-- check\n{notes[0]}\n-->", f"$${notes[1]}$$", f"$${head} = {body}$$"])
    return check_notes(text).findings[-1]


@pytest.mark.parametrize("kind, notes, head, right, wrong, said", PLANTED)
def test_a_planted_slip_is_mended(kind, notes, head, right, wrong, said):
    assert checked(notes, head, right).verdict == HOLDS
    found = checked(notes, head, wrong)
    assert (found.verdict, found.diagnosis) == (SLIP, said)
    assert without_blanks(found.correction) == without_blanks(f"{head} = {right}")


@pytest.mark.parametrize("kind, notes, head, right, wrong, said", PLANTED)
def test_it_is_that_kind_of_edit_which_mends_it(kind, notes, head, right, wrong, said, monkeypatch):
    message = checked(notes, head, wrong).message
    only(monkeypatch, kind)
    assert checked(notes, head, wrong).message == message
    only(monkeypatch, *(other for other in KINDS if other is not kind))
    assert checked(notes, head, wrong).message != message


def only(monkeypatch, *kinds):
    monkeypatch.setattr("autograd.notes.verdicts.edits.KINDS", kinds)


def test_every_kind_is_planted():
    assert [kind for kind, *_ in PLANTED] == list(KINDS)


# ---- what is never offered


def put_down(latex):
    """A kind of edits: one that puts a formula in the place of all."""
    return lambda side: [side.edit("wrong name", "should be another", side.body, parsed(latex))]


@pytest.mark.parametrize(
    "latex, is_right", [("2 a x + b y", True), ("2 a x + 1.0001 b y", False), (r"\log(a - a)", False)]
)
def test_an_edit_is_offered_if_the_claim_holds_after_it_and_only_then(latex, is_right, monkeypatch):
    only(monkeypatch, put_down(latex))
    found = checked(PRODUCT, r"\frac{\partial f}{\partial x}", "2 a x - b y^3")
    assert found.verdict == SLIP
    assert ("should be another" in found.message, bool(found.correction)) == (is_right, is_right)


def test_that_the_left_side_is_itself_is_not_offered(monkeypatch):
    head = r"\frac{\partial f}{\partial x}"
    for body in (head, rf"{head} \cdot 1"):
        only(monkeypatch, put_down(body))
        assert checked(PRODUCT, head, "2 a x - b y^3").correction == ""


def test_what_is_offered_reads_as_what_was_tried():
    r"""2 \ln x and a factor x behind it would be read as 2 \ln(x x)."""
    found = checked(("x: number, > 0", r"f = x^2 \ln x"), r"\frac{df}{dx}", r"2 \ln x + x")
    assert "a factor x is missing" in found.message
    head, _, body = found.correction.partition(" = ")
    assert checked(("x: number, > 0", r"f = x^2 \ln x"), head, body).verdict == HOLDS


# ---- bounds


def endless(tried):
    """A kind of edits, all wrong, without end; each is noted in `tried`."""

    def kind(side):
        for number in itertools.count(2):
            tried.append(number)
            yield side.edit("wrong name", "should be a number", side.body, Number(str(number)))

    return kind


def test_only_so_many_edits_are_tried(monkeypatch):
    only(monkeypatch, endless(tried := []))
    monkeypatch.setattr(search, "MOST_EDITS", 30)
    assert checked(PRODUCT, r"\frac{\partial f}{\partial x}", "2 a x - b y^3").verdict == SLIP
    assert max(tried) <= 31


def test_the_search_ends_when_it_has_taken_too_many_steps(monkeypatch):
    monkeypatch.setattr(search, "MOST_STEPS", 100)
    only(monkeypatch, endless(tried := []))
    found = checked(PRODUCT, r"\frac{\partial f}{\partial x}", "2 a x - b y^3")
    assert (found.verdict, found.correction) == (SLIP, "")
    assert 2 < max(tried) < 100


def test_without_steps_nothing_is_mended(monkeypatch):
    claim = (PRODUCT, r"\frac{\partial f}{\partial x}", "2 a x - b y")
    assert checked(*claim).correction
    monkeypatch.setattr(search, "MOST_STEPS", -1)
    assert checked(*claim).correction == ""

"""The worked notes get the verdict that each of their claims deserves, and the corrections hold."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from autograd import check_notes
from autograd.graph import topological_order
from autograd.notes.finding import HOLDS, UNCHECKED

NOTES = Path(__file__).parent.parent / "notebooks" / "notes"
NUMBERS = ("000", "001", "002", "003", "004")


class Slip(NamedTuple):
    """A slip of the notes: the claim's left side, its place, the kind, what is said, and how it is put right."""

    head: str
    wrong: str
    kind: str
    says: str
    right: str


# fmt: off
SLIPS = {
    "000": [
        Slip(r"\frac{\partial L}{\partial w_{ij}} = \frac{1}{mn} \left[", r"ij} - y_{i", "wrong index",
             "should be label_1j, y_1j, not label_ij, y_ij", r"\left[ 2(\text{label}_{1j} - y_{1j}) \cdot (-1) \cdot x_{1i} +"),
        Slip(r"\frac{\partial L}{\partial W}", r"\underbrace{X^T}_{(k \times n)}", "wrong shape", "Xᵀ is k×m, not k×n", ""),
    ],
    "001": [
        Slip(r"\frac{\partial J(\theta)}{\partial \theta_1}", r"\frac{1}{2m} \sum_{i=1}^m (h(x_i) - t_i) x_{i1}",
             "constant factor", "½ of the gradient everywhere: a factor 2 is missing", r"\frac{1}{m} \sum"),
        Slip(r"\frac{\partial J(\theta)}{\partial \theta_0}", r" \theta_0", "extra factor",
             "a factor θ_0 is too much, and a factor 2 is missing", r"\frac{1}{m} \sum_{i=1}^m (y_i - t_i)"),
        Slip(r"\frac{\partial J}{\partial w_j}", r"\frac{1}{2m} \sum_{i=1}^m (y_i - t_i) x_{ij}", "constant factor",
             "½ of the gradient everywhere: a factor 2 is missing", r"\frac{1}{m} \sum_{i=1}^m (y_i - t_i) x_{ij}"),
        Slip(r"\frac{\partial J}{\partial w}", r"\frac{1}{2m} X^T (y - t)", "constant factor",
             "½ of the gradient everywhere: a factor 2 is missing", r"\frac{1}{m} X^T (y - t)"),
        Slip(r"\frac{\partial \text{cost}(w, b)}{\partial w} = \frac{1}{n}",
             r"\frac{1}{n} \sum_{i=1}^n \left( (w x_i + b) - t_i \right) \frac{\partial (w x_i + b)}{\partial w}",
             "constant factor", "½ of the gradient everywhere: a factor 2 is missing", r"\frac{2}{n} \sum_{i=1}^n \left("),
        Slip("-1.96 = -2.4", "-1.96", "wrong number", "−1.96 should be −1.92", r"-1.92 = -2.4 - (0.1)(-4.8)"),
        Slip(r"\frac{d\,\text{cost}(w, b)}{dw}", r"\frac{1}{2n} \sum_i (y_i - t_i) \cdot (h(wx + b))' \cdot x",
             "constant factor", "¼ of the gradient everywhere: a factor 4 is missing", r"\frac{2}{n} \sum_i"),
        Slip(r"\frac{d\,\text{cost}(w, b)}{dw}", r"\frac{1}{2n} \sum_i (y_i - t_i) \cdot (y_i)' \cdot x",
             "constant factor", "¼ of the gradient everywhere: a factor 4 is missing", r"\frac{2}{n} \sum_i"),
        Slip(r"\frac{d\,\text{cost}(w, b)}{dw_j}", r"\frac{1}{n} \sum_i (h(z) - t_i) h'(z) \cdot x_{ij}",
             "constant factor", "½ of the gradient everywhere: a factor 2 is missing", r"\frac{2}{n} \sum_i"),
        Slip(r"\frac{d\,\text{cost}(w, b)}{db}", r"\frac{1}{n} \sum_i (h(z) - t_i) h'(z)",
             "constant factor", "½ of the gradient everywhere: a factor 2 is missing", r"\frac{2}{n} \sum_i"),
        Slip(r"\text{entropy} = -\sum_i A_i", "A_i", "wrong name", "should be P(A_i), not A_i",
             r"\text{entropy} = -\sum_i P\left(A_{i}\right) \lg P(A_i)"),
        Slip(r"H_{P,Q} = -Q(0)", r"Q(0) \lg P(0) - Q(1) \lg P", "wrong name", "Q and P should change places",
             r"H_{P,Q} = -P(0) \lg Q(0) - P(1) \lg Q(1)"),
    ],
    "002": [
        Slip(r"\frac{\partial L}{\partial x_i}", "ji", "transposed", "should be W_ij, not W_ji", r"\cdot W_{ij}"),
        Slip(r"\underset{D \times H}{\frac{\partial L}{\partial W}}", r"\frac{\partial L}{\partial y} \cdot x^T",
             "wrong order", "xᵀ should stand before ∂L/∂y", r"x^T \cdot \frac{\partial L}{\partial y}"),
    ],
    "003": [
        Slip(r"\frac{\partial L}{\partial B} = \frac{\partial L}{\partial Y}", r"\frac{\partial L}{\partial Y}",
             "missing sum", "the sum over its 50 columns is missing: 4×50, not 4×1", ""),
    ],
    "004": [
        Slip(r"w = w - \alpha", r"\frac{dw}{d\text{Loss}}", "reciprocal", "upside down",
             r"w = w - \alpha \frac{\partial \text{Loss}}{\partial w}"),
        Slip(r"w = w - \alpha", r"\frac{db}{d\text{Loss}}", "reciprocal", "upside down",
             r"b = b - \alpha \frac{\partial \text{Loss}}{\partial b}"),
    ],
}
# fmt: on
HOLDING = {"000": 11, "001": 34, "002": 20, "003": 24, "004": 7}


@pytest.fixture(scope="module")
def reports():
    return {number: check_notes((NOTES / f"{number}.md").read_text(encoding="utf-8"), number) for number in NUMBERS}


def without_blanks(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_slip_is_found_and_nothing_else(reports, number):
    found = reports[number].slips
    assert [slip.diagnosis for slip in found] == [slip.kind for slip in SLIPS[number]]
    for finding, slip in zip(found, SLIPS[number], strict=True):
        assert finding.claim.startswith(slip.head)
        assert finding.claim[finding.start : finding.end] == slip.wrong
        assert slip.says in finding.message
        assert without_blanks(slip.right) in without_blanks(finding.correction)
        assert bool(finding.correction) == bool(slip.right)


@pytest.mark.parametrize("number", NUMBERS)
def test_all_else_holds(reports, number):
    assert reports[number].unchecked == []
    assert len(reports[number].holds) == HOLDING[number]


@pytest.mark.parametrize("number", NUMBERS)
def test_claims_put_right_hold(reports, number):
    text, mended = reports[number].text, [finding for finding in reports[number].slips if finding.correction]
    for formula in {finding.claim for finding in mended}:
        right = [f"$${finding.correction}$$" for finding in mended if finding.claim == formula]
        text = text.replace(f"$${formula}$$", "\n\n".join(right))
    found = check_notes(text).findings
    for finding in mended:
        again = [f for f in found if f.claim == finding.correction and f.diagnosis != "wrong shape"]
        assert again and {f.verdict for f in again} == {HOLDS}


@pytest.mark.parametrize("number", NUMBERS)
def test_wrong_factors_planted_in_what_holds_are_found(reports, number):
    """Every derivative that holds is a slip once it is 3 times as large, but for those that are 0."""
    text, planted = reports[number].text, []
    for finding in reports[number].holds:
        body = finding.claim[finding.start : finding.end]
        if finding.message.startswith("∂") and body != "0" and text.count(f"= {body}$$") == 1:
            planted.append(f"3 \\left( {body} \\right)")
            text = text.replace(f"= {body}$$", f"= {planted[-1]}$$")
    slips = check_notes(text).slips
    assert planted
    for wrong in planted:
        assert any(f.claim.endswith(wrong) and f.message.endswith("a factor 3 is too much") for f in slips), wrong


def test_the_same_notes_get_the_same_report(reports):
    text = (NOTES / "003.md").read_text(encoding="utf-8")
    assert check_notes(text, "003") == reports["003"]
    assert str(check_notes(text, "003")) == str(reports["003"])


def test_what_is_not_known_is_not_checked():
    report = check_notes(r"With $z = wx + b$ we get $\frac{\partial z}{\partial w} = x + \delta$.")
    (finding,) = report.findings
    assert finding.verdict == UNCHECKED
    assert "δ has no meaning yet" in finding.message


def test_a_function_without_a_definition_may_be_asked_for_at_points_of_other_variables():
    report = check_notes(r"At $(1, 0)$: $\frac{\partial f}{\partial y}\Big|_{x=1, y=0} = 2$ and $f(1, 0) = 0$.")
    assert len(report.findings) == 2 and not report.holds


def test_each_loss_has_its_graph(reports):
    assert list(reports["000"].losses) == ["L"]
    assert list(reports["004"].losses) == ["Loss", "J_CE", "J", "y"]
    assert {slip.loss for slip in reports["004"].slips} == {"Loss"}
    labels = {v.label for v in topological_order(reports["004"].losses["Loss"])}
    assert {r"w_{11}", r"x_{11}", "b", "y"} <= labels

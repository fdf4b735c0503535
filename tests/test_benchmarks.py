"""The benchmarks' harness: what it prints, what it refuses to time, and that it leaves no process behind."""

import inspect
import signal
import subprocess
import sys
from importlib import import_module

import by_hand
import contest
import nets
import pytest
from contest import Contender
from replay import __file__ as benchmark
from replay import compare
from table import Claim, Workload, rows
from training import place
from workloads import WORKLOADS

from autograd import dot, relu
from nn import MLP, cross_entropy_from_logits

TASK = ("120", "2")
REPLAY = Contender("a replay", "mixed:replayed", TASK, ("numpy",), "mixed:eager")
EAGER = Contender("eager", "mixed:eager", TASK, (), "mixed:eager")
ABSENT = Contender("a peer", "mixed:in_casadi", TASK, (), "mixed:eager", "no_such_package")

PLANTED = """
from pathlib import Path
import by_hand

def planted(task, change):
    right = by_hand.step(task)
    exec(change, {"gradients": right.results["gradients"]})
    return right._replace(measure=lambda: Path(__file__).with_name("timed").write_text(""))
"""


def cells(printed):
    """The rows of the table, without its head."""
    lines = [line for line in printed.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines][2:]


# ---- the table


def test_the_table_has_a_row_for_each_claim_and_a_line_for_a_peer_that_is_missing(capsys, tmp_path):
    claims = [Claim(REPLAY, EAGER, 1e6), Claim(REPLAY, None, 1e-12), Claim(EAGER, REPLAY), Claim(REPLAY, ABSENT, 1.0)]
    compare([Workload("growth", "growth: tiny", "s", claims)], 2, str(tmp_path / "scaling.svg"))
    printed, told = capsys.readouterr()
    found = cells(printed)
    assert [(row[0], row[1], row[3], row[-1]) for row in found] == [
        ("growth: tiny", "a replay", "eager", "met"),
        ("growth: tiny", "a replay", "", "missed"),
        ("growth: tiny", "eager", "a replay", ""),
    ]
    assert all(row[2].endswith("s") and (row[5] or not row[3]) for row in found)
    assert printed.splitlines()[-1] == "no_such_package is not installed: left out"
    assert "growth: tiny: round 2 of 2, eager" in told
    assert "tiny" in (tmp_path / "scaling.svg").read_text()


def test_a_ratio_is_the_median_of_those_of_the_rounds():
    ours, peer = EAGER._replace(name="ours"), EAGER
    measured = {ours: [1e-6, 8e-6, 3e-6], peer: [2e-6, 4e-6, 4e-6]}
    workload = Workload("w", "title", "s", [Claim(ours, peer, 0.75), Claim(ours, peer, 0.7), Claim(ours, None, 3e-6)])
    assert rows(workload, measured) == [
        ("title", "ours", "3 µs", "eager", "4 µs", "0.75", "(0.50 to 2.00)", "≤ 0.75", "met"),
        ("title", "ours", "3 µs", "eager", "4 µs", "0.75", "(0.50 to 2.00)", "≤ 0.70", "missed"),
        ("title", "ours", "3 µs", "", "", "", "(1 µs to 8 µs)", "≤ 3 µs", "met"),
    ]


def test_all_contenders_can_be_called():
    for contender in {c for workload in WORKLOADS for c in workload.contenders}:
        for make, words in (
            (contender.make, contender.task + contender.options),
            (contender.reference, contender.task),
        ):
            module, _, name = make.partition(":")
            if name:
                inspect.signature(getattr(import_module(module), name)).bind(*words)


# ---- what is right


@pytest.mark.parametrize("task", ["moons", "3-4-2"])
@pytest.mark.parametrize("update", ["array by array", "at once"])
def test_the_step_by_hand_has_the_gradients_of_values(task, update):
    net = nets.net(task)
    model = MLP(net.sizes[0], net.sizes[1:])
    parameters = model.parameters()
    place(parameters, net.sizes)
    outputs = [model(row) for row in net.inputs.tolist()]
    if net.hinge:
        margins = [relu(1 - y * score) for y, score in zip(net.labels.tolist(), outputs, strict=True)]
        loss = sum(margins) / len(margins) + nets.DECAY * dot(parameters, parameters)
    else:
        loss = cross_entropy_from_logits(outputs, net.labels.tolist())
    loss.backward()
    results = by_hand.step(task, update).results
    assert results["losses"][0] == pytest.approx(loss.data, rel=1e-13)
    assert results["gradients"] == pytest.approx([p.grad for p in parameters], rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("change", ["gradients[3] += 1e-6", "gradients[3] = float('nan')", "gradients.pop()", ""])
def test_a_wrong_gradient_is_refused_before_anything_is_timed(change, tmp_path, monkeypatch):
    (tmp_path / "plant.py").write_text(PLANTED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    contenders = [
        Contender(name, make, ("3-4-2",), options, "by_hand:step")
        for name, make, options in (("planted", "plant:planted", (change,)), ("by hand", "by_hand:step", ()))
    ]
    if change:
        with pytest.raises(SystemExit, match=r"^3-4-2: gradients of planted and its reference differ"):
            contest.race("planted", contenders, 1)
    else:
        assert len(contest.race("planted", contenders, 1)) == 2
    assert (tmp_path / "timed").exists() == (not change)


# ---- how it ends


def test_no_process_outlives_an_interruption():
    with pytest.raises(KeyboardInterrupt), contest.running(EAGER) as process:
        raise KeyboardInterrupt
    assert process.returncode is not None


def test_a_contender_ends_when_nobody_asks_any_more():
    with contest.running(EAGER) as process:
        process.stdin.close()
        assert process.wait(timeout=5) == 1


def test_a_contender_that_fails_is_named(capfd):
    with pytest.raises(SystemExit, match=r"^broken failed at 12 x: see above$"):
        contest.race("broken", [Contender("broken", "mixed:eager", ("12", "x"))], 1)
    assert "invalid literal for int" in capfd.readouterr().err


def test_ctrl_c_ends_the_command_at_once():
    command = [sys.executable, benchmark, "--only", "growth"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as started:
        assert "prepares" in started.stderr.readline()
        started.send_signal(signal.SIGINT)
        told = started.communicate(timeout=5)[1]
    assert started.returncode == 1
    assert told.endswith("stopped: nothing is still running\n") and "Traceback" not in told

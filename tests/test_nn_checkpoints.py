"""Checkpoints: a run cut off anywhere and resumed is the uninterrupted one; wrong and damaged files are refused."""

import json
import math
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fitting import HELD, X, Y, count, mlp, train
from hypothesis import given
from hypothesis import strategies as st

from nn import MLP, OPTIMIZERS, SGD, Adam, History, RMSProp, accuracy, cosine_decay, load, save
from nn.checkpoints import Checkpoint

EVERY_OPTION = {
    "epochs": 8,
    "schedule": cosine_decay(0.1, 8),
    "clip": 0.5,
    "validation": 0.3,
    "patience": 4,
    "metrics": {"samples": count, "none": lambda p, t: math.nan},
}
STATEFUL = {  # every optimizer, with whatever it can remember
    "sgd": lambda m: SGD(m, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    "rmsprop": lambda m: RMSProp(m, lr=0.05, momentum=0.5, centered=True),
    "adagrad": "adagrad",
    "adam": lambda m: Adam(m, lr=0.05, betas=(0.8, 0.95)),
    "adamw": "adamw",
}


def reached(path, model, history):
    """All bits of a run: repr tells nan from nan."""
    return repr((model.state_dict(), history.rows, history.ended, json.loads(Path(path).read_text())))


def run(path, model=None, **options):
    model = model or mlp()
    return reached(path, model, train(model, checkpoint=path, **options))


class Cut(Exception):
    """Training stops as if the machine had."""


def cut_off(path, epoch, step, **options):
    """A run that ends in the midst of an epoch, at a step of it."""
    steps = []

    def dies():
        steps.append(1)
        if len(steps) > step:
            raise Cut

    class Model(MLP):
        epochs = 0

        def __call__(self, x):
            if self.epochs == epoch and self.training:
                dies()
            return super().__call__(x)

    model = Model(2, [3, 1], activation="tanh", seed=1)

    def after_an_epoch(history):
        model.epochs = len(history)

    try:
        train(model, checkpoint=path, callbacks=[after_an_epoch], **options)
    except Cut:
        return


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("checkpoints")


@pytest.fixture(scope="module")
def uninterrupted(folder):
    """By optimizer, what runs with every option reach."""
    return {name: run(folder / f"{name}.json", optimizer=kind, **EVERY_OPTION) for name, kind in STATEFUL.items()}


def test_every_optimizer_is_cut_off():
    assert set(STATEFUL) == set(OPTIMIZERS)


@given(
    st.sampled_from(list(STATEFUL)), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 4)), min_size=1, max_size=3)
)
def test_a_run_cut_off_and_resumed_is_the_uninterrupted_one_bit_for_bit(folder, uninterrupted, name, cuts):
    path = folder / "cut.json"
    path.unlink(missing_ok=True)
    options = {"optimizer": STATEFUL[name], **EVERY_OPTION}
    for epoch, step in cuts:
        cut_off(path, epoch, step, resume=True, **options)
    assert run(path, resume=True, **options) == uninterrupted[name]


@given(st.integers(0, 6), st.integers(1, 4))
def test_with_mini_batches_in_random_order_too(folder, epochs, batch_size):
    whole, cut = folder / "whole.json", folder / "cut.json"
    cut.unlink(missing_ok=True)
    options = {"batch_size": batch_size, "seed": 3}
    expected = run(whole, epochs=6, **options)
    train(checkpoint=cut, epochs=epochs, **options)
    assert run(cut, epochs=6, resume=True, **options) == expected


def test_an_interrupted_run_goes_on_from_its_last_epoch_not_from_the_best(folder):
    def interrupt(history):
        if len(history) == 2:
            raise KeyboardInterrupt

    options = {"schedule": lambda epoch: [0.1, 5.0, 0.01, 0.01][epoch], "optimizer": "sgd", "epochs": 4}
    expected = run(folder / "whole.json", **options)
    model = mlp()
    history = train(model, checkpoint=folder / "cut.json", callbacks=[interrupt], **options)
    assert (history.ended, history.best_epoch) == ("interrupted", 0)
    assert run(folder / "cut.json", model, resume=True, **options) == expected


def test_a_run_without_a_seed_goes_on_with_its_own(folder):
    path, options = folder / "unseeded.json", {"seed": None, "validation": 0.3, "batch_size": 2}
    random.seed(1)
    expected = run(path, epochs=5, **options)
    random.seed(1)
    run(path, epochs=2, **options)
    random.seed(2)
    assert run(path, epochs=5, resume=True, **options) == expected


def test_a_run_that_ended_for_want_of_improvement_stays_ended(folder):
    path, options = folder / "patient.json", {"epochs": 50, "patience": 2, "validation": ([[5.0, 5.0]], [-9.0])}
    expected = run(path, **options)
    assert "no improvement" in expected
    before = path.stat()
    assert run(path, resume=True, **options) == expected
    assert path.stat() == before


def test_callbacks_hear_of_the_last_epoch_again_so_that_none_is_missed(folder):
    path, heard = folder / "heard.json", []
    train(checkpoint=path, epochs=2, callbacks=[lambda h: heard.append(len(h))])
    train(checkpoint=path, epochs=4, resume=True, callbacks=[lambda h: heard.append(len(h))])
    assert heard == [1, 2, 2, 3, 4]


def test_resuming_may_begin_and_may_find_everything_done(folder):
    path = folder / "begun.json"
    expected = run(path, epochs=3)
    path.unlink()
    assert run(path, epochs=3, resume=True) == expected
    assert run(path, epochs=3, resume=True) == expected
    assert run(path, epochs=2, resume=True) == expected  # has three behind it


def test_settings_of_the_optimizer_come_from_the_file(folder):
    path = folder / "settings.json"
    expected = run(path, epochs=4, optimizer=STATEFUL["sgd"])
    run(path, epochs=2, optimizer=STATEFUL["sgd"])
    assert run(path, epochs=4, resume=True, optimizer="sgd") == expected


def test_checkpoints_change_nothing_in_training(folder):
    model, other = mlp(), mlp()
    train(model, checkpoint=folder / "any.json")
    train(other)
    assert model.state_dict() == other.state_dict()


def test_what_stands_in_a_checkpoint(folder):
    path = folder / "content.json"
    model = mlp()
    history = train(model, checkpoint=path, metrics={"none": lambda p, t: math.nan})
    content = json.loads(path.read_text(), parse_constant=pytest.fail)
    assert content["parameters"] == content["best"] == model.state_dict()
    assert (content["format"], content["version"]) == ("scalar-autograd checkpoint", 1)
    assert content["history"][0]["none"] == "nan"
    saved = Checkpoint.read(path, model)
    assert repr(saved.history) == repr(history.rows)


# ---- a machine that dies

TRAINING = """
import sys
from fitting import train

def tell(history):
    print(len(history), flush=True)

train(epochs=2000, batch_size=2, checkpoint=sys.argv[1], resume=True, callbacks=[tell])
"""


def killed(program, path, lines):
    """Run a program until it has printed so many lines, then kill it: wherever it is then."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    with child:
        said = [child.stdout.readline() for _ in range(lines)]
        child.kill()
    assert child.returncode != 0
    return said


def test_a_run_that_is_killed_again_and_again_goes_on_with_the_same_bits(folder):
    path, options = folder / "killed.json", {"batch_size": 2}
    for lines in (3, 17, 8):
        said = killed(TRAINING, path, lines)
        rows = len(json.loads(path.read_text())["history"])
        assert int(said[-1]) <= rows < 2000
    assert rows > 20
    expected = run(folder / "whole.json", epochs=rows + 3, **options)
    assert run(path, epochs=rows + 3, resume=True, **options) == expected


INTERRUPTED = """
import sys
from fitting import mlp, train
from nn.checkpoints import Checkpoint

model = mlp()
history = train(model, epochs=5000, checkpoint=sys.argv[1], callbacks=[lambda h: print(len(h), flush=True)])
kept = Checkpoint.read(sys.argv[1], model)
known = history.best_epoch < len(kept.history)  # else the file may lack the last epoch
print(history.ended, not known or model.state_dict() == kept.best, flush=True)
"""


def test_ctrl_c_ends_training_and_keeps_the_best(folder):
    command = [sys.executable, "-c", INTERRUPTED, str(folder / "interrupted.json")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        for _ in range(5):
            child.stdout.readline()
        child.send_signal(signal.SIGINT)
        said = child.stdout.read().splitlines()
    assert (child.returncode, said[-1]) == (0, "interrupted True")


# ---- checkpoints of something else


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "run.json"
    train(checkpoint=path, epochs=2)
    return path


def refuses(path, text, model=None, **options):
    """What is refused changes neither the model, nor the optimizer, nor the file."""
    model = model or mlp()
    optimizer = options.pop("optimizer", Adam)
    optimizer = optimizer(model) if callable(optimizer) else optimizer
    before = (model.state_dict(), optimizer.state_dict(), path.read_bytes())
    with pytest.raises(ValueError, match=text):
        train(model, checkpoint=path, resume=True, optimizer=optimizer, **options)
    assert (model.state_dict(), optimizer.state_dict(), path.read_bytes()) == before


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"model": MLP(2, [4, 1])}, r"run.json: a checkpoint of MLP\(2, \[3, 1\], activation='tanh', .*not of MLP"),
        ({"optimizer": SGD}, "run.json: its optimizer does not fit: SGD: the state is one of Adam"),
        ({"optimizer": lambda m: Adam(m.layers[1])}, "a checkpoint of a run with the optimizer's parameters"),
        (
            {"optimizer": lambda m: Adam(m.parameters()[::-1])},
            "a run with the optimizer's parameters '[0-9a-f]{16}', not",
        ),
        ({"loss": "huber"}, "run.json: a checkpoint of a run with loss 'mean_squared_error', not 'huber'"),
        ({"batch_size": 2}, "a checkpoint of a run with batch_size 3, not 2"),
        ({"shuffle": False}, "a checkpoint of a run with shuffle True, not False"),
        ({"clip": 1.0}, "a checkpoint of a run with clip None, not 1.0"),
        ({"metrics": {"samples": count}}, r"a checkpoint of a run with metrics \[\], not \['samples'\]"),
        ({"seed": 1}, "fit: the checkpoint is of a run with seed 0, not 1: leave `seed` out"),
        ({"seed": np.random.default_rng(0)}, r"fit: the checkpoint is of a run with seed 0, not \d+: leave"),
        ({"validation": HELD}, "a checkpoint of a run with validation None, not '[0-9a-f]{16}'"),
        ({"validation": 0.3}, "a checkpoint of a run with samples '[0-9a-f]{16}', not '[0-9a-f]{16}'"),
        ({"X": [[x + 1e-16, y] for x, y in X]}, "a checkpoint of a run with samples"),
        ({"y": [*Y[:-1], 0.5]}, "a checkpoint of a run with samples"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(saved, options, text):
    refuses(saved, text, **options)


def test_a_generator_in_the_same_state_is_the_same_seed(tmp_path):
    expected = run(tmp_path / "a.json", epochs=4, seed=np.random.default_rng(5))
    run(tmp_path / "b.json", epochs=2, seed=np.random.default_rng(5))
    assert run(tmp_path / "b.json", epochs=4, resume=True, seed=np.random.default_rng(5)) == expected


def test_the_same_data_in_other_containers_is_the_same_run(saved):
    assert len(train(checkpoint=saved, resume=True, X=np.array(X), y=np.array(Y), epochs=3)) == 3


# ---- damage


def test_a_checkpoint_cut_off_anywhere_is_refused(saved):
    content, model = saved.read_bytes(), mlp()
    for length in range(len(content) - 1):  # but for the last, a newline
        saved.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"run.json: not a checkpoint of scalar-autograd, or cut off"):
            Checkpoint.read(saved, model)
    saved.write_bytes(content[: len(content) // 2])
    refuses(saved, "run.json: not a checkpoint of scalar-autograd, or cut off: it is not whole JSON")


def test_a_checkpoint_with_any_byte_changed_is_refused_or_the_same(saved):
    content, model = saved.read_bytes(), mlp()
    expected, same = Checkpoint.read(saved, model), 0
    draw = random.Random(0)
    for place in range(len(content)):
        saved.write_bytes(content[:place] + bytes([content[place] ^ draw.randrange(1, 256)]) + content[place + 1 :])
        try:
            same += Checkpoint.read(saved, model) == expected
        except ValueError as error:
            assert "run.json" in str(error)
    assert same < 20


@pytest.mark.parametrize(
    ("name", "wrong", "text"),
    [
        ("plan", [], "'plan' is missing or no dict"),
        ("seed", True, "'seed' is missing or no int"),
        ("seed", -1, "the checkpoint is damaged: its 'seed' -1 is negative"),
        ("plan", {"s" * 999: "t" * 999}, "a checkpoint of a run with loss None, not 'mean_squared_error'$"),
        ("parameters", {}, "the names of its 'parameters' are not those of the model's parameters"),
        ("best", {"w": 1.0}, "the names of its 'best' are not those of the model's parameters"),
        ("best", {"w": "1.0"}, "'w' of the best is no finite number"),
        ("parameters", {"w": 10**400}, "'w' of the parameters is no finite number"),
        ("optimizer", {}, "its optimizer does not fit"),
        ("optimizer", {"optimizer": "Adam", "steps": 1}, "its optimizer does not fit: Adam: the state lacks"),
        ("history", [1], "the checkpoint is damaged: its 'history' is not a list of epochs"),
        ("history", [{"loss": "low"}], "its 'history' is not a list of epochs"),
        ("history", [{"loss": [1.0]}], "its 'history' is not a list of epochs"),
        ("history", [{"loss": 10**400}], "its 'history' is not a list of epochs"),
        ("history", [{"accuracy": 1.0}], "its 'history' is not a list of epochs"),
        ("history", [{"loss": 1.0}, {"loss": 1.0, "accuracy": 1.0}], "its 'history' is not a list of epochs"),
        ("more", 1, "the checkpoint is damaged: 'more' is none of its entries"),
        ("sha256", "0", "the checkpoint is damaged: it is not as it was written, by its sha256"),
    ],
)
def test_a_file_made_by_hand_is_read_with_care(saved, name, wrong, text):
    content = json.loads(saved.read_text())
    if name != "sha256":
        del content["sha256"]
    saved.write_text(json.dumps({**content, name: wrong}))
    refuses(saved, f"run.json: .*{text}")


def test_a_name_that_stands_twice_in_a_file_made_by_hand_is_refused(saved):
    content = json.loads(saved.read_text())
    del content["sha256"]
    name = next(iter(content["parameters"]))
    saved.write_text(json.dumps(content).replace('"parameters": {', f'"parameters": {{"{name}": 0.5, ', 1))
    refuses(saved, f"run.json: the checkpoint is damaged: it has '{name}' twice")
    saved.write_text(f'{json.dumps(content)[:-1]}, "seed": 0}}')
    refuses(saved, "run.json: the checkpoint is damaged: it has 'seed' twice")


@pytest.mark.parametrize("memory", [["1"] * 13, [None] * 13, [1.0], [10**400] * 13, "m", [math.inf] * 13])
def test_an_optimizer_made_by_hand_is_read_with_care(saved, memory):
    content = json.loads(saved.read_text())
    del content["sha256"]
    content["optimizer"]["m"] = memory
    saved.write_text(json.dumps(content))
    refuses(saved, "run.json: ")


def test_a_model_is_no_checkpoint_nor_the_other_way_round(saved):
    with pytest.raises(ValueError, match="format 'scalar-autograd checkpoint', where a 'scalar-autograd model' is"):
        load(saved)
    save(mlp(), saved)
    refuses(saved, "format 'scalar-autograd model', where a 'scalar-autograd checkpoint' is wanted")


# ---- places that can't be written


def test_a_place_that_can_not_be_written_is_found_out_before_training(tmp_path):
    (tmp_path / "file").write_text("")
    for place, error in [
        (tmp_path, IsADirectoryError),
        (tmp_path / "none" / "run.json", FileNotFoundError),
        (tmp_path / "file" / "run.json", FileNotFoundError),
    ]:
        model = mlp()
        with pytest.raises(error) as caught:
            train(model, checkpoint=place)
        assert str(place) in str(caught.value)
        assert model.state_dict() == mlp().state_dict()


def test_a_disk_that_is_full_leaves_the_old_checkpoint(saved, monkeypatch):
    def full(number):
        raise OSError(28, "No space left on device")

    before = saved.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*run.json'"):
        train(checkpoint=saved, epochs=4, resume=True)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_a_model_with_a_number_that_is_not_finite_leaves_the_old_checkpoint(saved):
    before, model = saved.read_bytes(), mlp()

    def spoil(history):
        model.layers[1].neurons[0].b.data = math.nan
        raise KeyboardInterrupt

    def spoiling(predictions, targets):
        if any(p.grad for p in model.parameters()):  # else it is tried, before training
            model.layers[0].neurons[0].b.data = math.inf
        return accuracy(predictions, [y > 0 for y in targets], threshold=0.0)

    with pytest.raises(ValueError, match=r"run.json: the checkpoint was not saved, for parameters, .* = inf: give"):
        train(model, checkpoint=saved, metrics={"spoiling": spoiling})
    assert saved.read_bytes() == before
    assert isinstance(train(mlp(), checkpoint=saved, callbacks=[spoil]), History)

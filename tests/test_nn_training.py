"""fit: batches, validation, early stopping, interruptions, and what it refuses."""

import gc
import io
import math
import random
import sys
from contextlib import suppress
from types import SimpleNamespace

import numpy as np
import pytest
from fitting import HELD, Line, X, Y, count, fast_sgd, mlp, train
from hypothesis import example, given, settings
from hypothesis import strategies as st
from interruption import Interruption

from autograd import Value, mean
from nn import OPTIMIZERS, SGD, Adam, clip_gradient_norm, exponential_decay, fit, mean_squared_error, predict
from nn.progress import progress_bar


def trained(**options):
    """A model, after training."""
    model = options.pop("model", None) or mlp()
    train(model, **options)
    return model.state_dict()


def batches_of(count, **options):
    """The samples of each batch, in order: targets are the samples' numbers."""
    seen = []

    def loss(predictions, targets):
        value = mean_squared_error(predictions, targets)
        if value.parents:  # a step, no look at the targets
            seen.append([int(t) for t in targets])
        return value

    numbers = np.arange(count)
    fit(Line(), numbers / count, numbers, loss=loss, optimizer=lambda model: SGD(model, lr=0.0), **options)
    return seen


# ---- batches


@given(st.integers(1, 20), st.integers(1, 25), st.booleans(), st.integers(0, 2**40))
def test_every_sample_is_seen_once_an_epoch_in_batches_of_which_the_last_may_be_smaller(count, size, shuffle, seed):
    seen = batches_of(count, epochs=2, batch_size=size, shuffle=shuffle, seed=seed)
    per_epoch = -(-count // size)
    assert len(seen) == 2 * per_epoch
    for epoch in (seen[:per_epoch], seen[per_epoch:]):
        assert [len(batch) for batch in epoch[:-1]] == [size] * (per_epoch - 1)
        order = [i for batch in epoch for i in batch]
        assert sorted(order) == list(range(count))
        assert shuffle or order == list(range(count))


def test_without_a_batch_size_a_batch_has_all_samples():
    assert batches_of(7, epochs=2, batch_size=None, shuffle=False) == [list(range(7))] * 2


def test_the_order_differs_between_epochs_and_seeds():
    first, second = batches_of(20, epochs=2, batch_size=None, seed=3)
    assert first != second
    assert batches_of(20, epochs=1, batch_size=None, seed=3) == [first]
    assert batches_of(20, epochs=1, batch_size=None, seed=4) != [first]


def test_the_same_seed_gives_the_same_bits():
    assert trained(seed=5) == trained(seed=5) == trained(seed=np.int64(5))
    assert trained(seed=5) != trained(seed=6)
    assert trained(seed=np.random.default_rng(7)) == trained(seed=np.random.default_rng(7))
    assert trained(seed=np.random.default_rng(7)) != trained(seed=np.random.default_rng(8))


def test_without_a_seed_the_order_follows_from_pythons_random():
    random.seed(1)
    first = trained(seed=None, validation=0.3)
    assert trained(seed=None, validation=0.3) != first
    random.seed(1)
    assert trained(seed=None, validation=0.3) == first


@given(st.integers(1, 8), st.sampled_from(["1/(mn)", "1/n"]))
def test_the_loss_of_an_epoch_is_the_mean_over_its_samples(size, form):
    model = mlp()
    history = train(
        model,
        loss=lambda p, t: mean_squared_error(p, t, form),
        optimizer=SGD(model, lr=0.0),
        batch_size=size,
        epochs=1,
    )
    squares = (predict(model, X) - Y) ** 2
    assert history.loss[0] == pytest.approx(np.mean(squares), rel=1e-14)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_is_the_loop_that_one_writes_by_hand(name):
    model, replayed, by_hand = mlp(), mlp(), mlp()
    options = {"optimizer": name, "shuffle": False, "clip": 0.5, "schedule": exponential_decay(0.1, 0.9)}
    train(model, engine="eager", **options)
    train(replayed, **options)
    optimizer = OPTIMIZERS[name](by_hand)
    for epoch in range(3):
        optimizer.lr = 0.1 * 0.9**epoch
        for first in (0, 3, 6):
            loss = mean_squared_error([by_hand(x) for x in X[first : first + 3]], Y[first : first + 3])
            by_hand.zero_grad()
            loss.backward()
            clip_gradient_norm(by_hand, 0.5)
            optimizer.step()
    assert model.state_dict() == by_hand.state_dict()
    assert replayed.state_dict() == pytest.approx(by_hand.state_dict(), rel=1e-12, abs=1e-12)


def test_parameters_that_the_optimizer_has_not_stay_and_gather_no_gradient():
    model = mlp()
    before = model.layers[0].state_dict()
    train(model, optimizer=Adam(model.layers[1].parameters()))
    assert model.layers[0].state_dict() == before
    once = [p.grad for p in model.layers[0].parameters()]
    assert max(map(abs, once)) < 5.0
    model.zero_grad()
    train(model, optimizer=SGD(model, lr=0.0), epochs=50, batch_size=None, shuffle=False)
    fifty = [p.grad for p in model.parameters()]
    train(model, optimizer=SGD(model, lr=0.0), epochs=1, batch_size=None, shuffle=False)
    assert [p.grad for p in model.parameters()] == fifty


def test_gradients_from_before_do_not_count():
    clean, used = mlp(), mlp()
    used(X[0]).backward()
    assert trained(model=used) == trained(model=clean)


def test_no_epoch_leaves_everything_as_it_was():
    model = mlp()
    before = model.state_dict()
    history = train(model, epochs=0, patience=1, validation=HELD, callbacks=[pytest.fail])
    assert (len(history), history.loss, history.ended, model.state_dict()) == (0, [], "all epochs", before)


def test_numbers_of_every_type_and_arrays_train_alike():
    expected = trained()
    assert trained(X=np.array(X), y=np.array(Y), batch_size=np.int32(3), epochs=np.int64(3)) == expected
    assert trained(X=tuple(map(tuple, X)), y=tuple(Y)) == expected
    assert trained(y=[[t] for t in Y]) == expected
    assert trained(X=np.array(X, dtype=object)) == expected


def test_one_feature_may_come_flat():
    history = fit(Line(), [0.0, 1.0, 2.0], [0.0, 2.0, 4.0], loss="mean_squared_error", optimizer=fast_sgd, epochs=50)
    assert history.loss[-1] < 1e-6


def test_the_model_trains_in_training_mode_and_is_judged_out_of_it():
    modes = []

    class Watched(Line):
        def __call__(self, x):
            modes.append(self.training)
            return super().__call__(x)

    for engine in ("eager", "replay"):  # which leaves no trace of what it called to record
        modes.clear()
        model = Watched().eval()
        data = [1.0, 2.0], [1.0, 2.0]
        fit(model, *data, loss="mean_squared_error", epochs=1, validation=([3.0], [3.0]), engine=engine)
        # A look at both sets' targets, two samples, one judged.
        assert modes == [False, False, True, True, False]
        assert model.training


def test_predictions_leave_the_mode_of_every_module():
    model = mlp()
    model.layers[0].eval()
    predict(model, X)
    assert [module.training for _, module in model.named_modules()][:2] == [True, False]


# ---- validation


def test_a_share_is_set_apart_and_never_trained_on():
    numbers = np.arange(20)
    held = []

    def loss(predictions, targets):
        value = mean_squared_error(predictions, targets)
        if not value.parents:
            held.append([int(t) for t in targets])
        return value

    options = {"loss": loss, "optimizer": fast_sgd, "epochs": 2, "seed": 3}
    fit(Line(), numbers / 20, numbers / 1, validation=0.25, **options)
    everything, first, second = held
    assert everything == list(range(20))
    assert first == second
    assert len(set(first)) == 5
    trained_on = batches_of(20, epochs=1, validation=0.25, seed=3)
    assert {i for batch in trained_on for i in batch} == set(range(20)) - set(first)


def test_the_validation_loss_is_that_of_the_model_after_each_epoch():
    model, found = mlp(), []
    history = train(
        model, validation=HELD, callbacks=[lambda h: found.append(np.mean((predict(model, HELD[0]) - HELD[1]) ** 2))]
    )
    assert history.validation_loss == pytest.approx(found, rel=1e-14)
    assert history.columns == ["loss", "validation_loss", "learning_rate"]


def test_a_validation_pair_changes_nothing_in_training():
    assert trained(validation=HELD) == trained() == trained(validation=list(HELD)) == trained(metrics={"m": count})


def test_metrics_are_of_the_validation_data_or_else_of_x():
    assert train(metrics={"samples": count})["samples"] == [7, 7, 7]
    assert train(metrics={"samples": count}, validation=HELD)["samples"] == [3, 3, 3]


def test_metrics_may_be_values_arrays_of_one_number_and_nan():
    metrics = {"value": lambda p, t: mean(p), "numpy": lambda p, t: np.float32(0.5), "none": lambda p, t: math.nan}
    history = train(metrics=metrics, epochs=1)
    assert history["numpy"] == [0.5]
    assert math.isnan(history["none"][0])
    assert set(history.metrics) == set(metrics)
    assert all(type(x) is float for x in history.rows[0].values())


# ---- early stopping


class Scripted:
    """A loss whose values on the validation data are given."""

    def __init__(self, values):
        self.values = iter([0.0, 0.0, *values])  # it looks at both sets of targets first

    def __call__(self, predictions, targets):
        value = mean_squared_error(predictions, targets)
        return value if value.parents else Value(next(self.values))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers(1, 4))
@example([3, 2, 2, 2, 1], 2)
@example([1], 1)
def test_training_ends_when_the_loss_has_not_fallen_for_so_long_and_the_best_is_put_back(values, patience):
    states = []
    model = mlp()
    history = train(
        model,
        loss=Scripted(map(float, values)),
        validation=HELD,
        epochs=len(values),
        patience=patience,
        callbacks=[lambda _: states.append(model.state_dict())],
    )
    expected = [
        n for n in range(1, len(values) + 1) if n - 1 - values.index(min(values[:n])) >= patience
    ]  # after how many epochs nothing had improved for that long
    epochs = min(expected, default=len(values))
    assert history.validation_loss == values[:epochs]
    assert len(states) == epochs
    assert history.ended == ("no improvement" if expected else "all epochs")
    assert history.best_epoch == values.index(min(values[:epochs]))
    assert model.state_dict() == states[history.best_epoch]


def test_without_patience_the_model_keeps_the_last_parameters():
    states, model = [], mlp()
    history = train(
        model,
        loss=Scripted([1.0, 2.0, 3.0]),
        validation=HELD,
        callbacks=[lambda _: states.append(model.state_dict())],
    )
    assert (history.best_epoch, model.state_dict()) == (0, states[-1])
    assert states[0] != states[-1]


def test_with_patience_the_best_is_put_back_whoever_ends_training():
    states, model = [], mlp()
    history = train(
        model,
        loss=Scripted([1.0, 2.0, 3.0]),
        validation=HELD,
        patience=5,
        callbacks=[lambda h: states.append(model.state_dict()), lambda h: len(h) == 2],
    )
    assert (history.ended, model.state_dict()) == ("stopped by a callback", states[0])


# ---- callbacks, schedule, clip


@pytest.mark.parametrize("error", [ValueError, ZeroDivisionError, SystemExit])
def test_with_patience_the_best_is_put_back_after_an_error_too(error):
    def fails(history):
        if len(history) == 3:
            raise error

    options = {"schedule": lambda epoch: [0.1, 0.01, 0.9][epoch], "optimizer": fast_sgd}
    states = states_of(3, **options)
    model, other = mlp(), mlp()
    with pytest.raises(error):
        train(model, callbacks=[fails], patience=5, **options)
    with pytest.raises(error):
        train(other, callbacks=[fails], **options)
    assert model.state_dict() in states[1:3]
    assert other.state_dict() == states[3]


@pytest.mark.parametrize("true", [True, np.True_])
def test_a_callback_that_returns_true_ends_training(true):
    said = []
    history = train(epochs=9, callbacks=[lambda h: true if len(h) == 2 else None, lambda h: said.append(len(h))])
    assert (len(history), history.ended, said) == (2, "stopped by a callback", [1, 2])


@pytest.mark.parametrize("said", [None, False, np.False_, 1, "stop", [1], object()])
def test_nothing_else_that_a_callback_returns_does(said):
    assert len(train(callbacks=[lambda h: said])) == 3


def test_callbacks_get_the_history_that_is_returned():
    got = []
    history = train(callbacks=[got.append])
    assert [id(h) for h in got] == [id(history)] * 3
    assert not any(h.ended == "" for h in got)


def test_the_schedule_sets_the_learning_rate_of_every_epoch():
    model = mlp()
    optimizer = SGD(model, lr=9.0)
    history = train(model, optimizer=optimizer, schedule=exponential_decay(0.5, 0.5))
    assert history["learning_rate"] == [0.5, 0.25, 0.125]
    assert optimizer.lr == 0.125


def test_gradients_are_clipped_before_the_step():
    model, sizes = mlp(), []
    optimizer = SGD(model, lr=0.0)
    update = optimizer.update
    optimizer.update = lambda w, g: sizes.append(np.linalg.norm(g)) or update(w, g)
    train(model, optimizer=optimizer, clip=0.01)
    assert len(sizes) == 9
    assert sizes == pytest.approx([0.01] * 9, rel=1e-3)
    assert max(sizes) <= 0.01


# ---- interruptions


def states_of(epochs, **options):
    """The parameters before training and after every epoch."""
    model = mlp()
    states = [model.state_dict()]
    train(model, epochs=epochs, callbacks=[lambda _: states.append(model.state_dict())], **options)
    return states


def expected_after(history, states):
    """The parameters that an interrupted run has to have."""
    return states[history.best_epoch + 1] if history.rows else states[0]


@pytest.mark.parametrize("options", [{}, {"validation": HELD}], ids=["by the loss", "by the validation loss"])
def test_an_interruption_from_a_callback_keeps_the_best(options, capsys):
    def interrupt(history):
        if len(history) == 3:
            raise KeyboardInterrupt

    model = mlp()
    options |= {"schedule": lambda epoch: [0.1, 0.01, 0.9][epoch], "optimizer": fast_sgd}
    states = states_of(3, **options)
    history = train(model, callbacks=[interrupt], epochs=9, **options)
    assert (history.ended, len(history)) == ("interrupted", 3)
    assert history.best_epoch < 2
    assert model.state_dict() == expected_after(history, states)
    assert "interrupted" in repr(history)
    left = f"3 epochs had ended, and the model has the parameters of epoch {history.best_epoch}, the best"
    assert capsys.readouterr().err == f"fit: interrupted; {left}\n"


@given(st.integers(1, 9))
def test_an_interruption_within_the_loss_keeps_the_best(call):
    calls = []

    def loss(predictions, targets):
        value = mean_squared_error(predictions, targets)
        calls.extend([1] if value.parents else [])
        if len(calls) == call:
            raise KeyboardInterrupt
        return value

    model = mlp()
    history = train(model, loss=loss, engine="eager")
    assert (history.ended, len(history)) == ("interrupted", (call - 1) // 3)
    assert model.state_dict() == expected_after(history, states_of(3, engine="eager"))


def test_an_interruption_before_the_first_epoch_has_ended_leaves_the_first_parameters(capsys):
    model = mlp()
    before = model.state_dict()
    history = train(model, batch_size=1, loss=interrupting(5), engine="eager")
    assert (repr(history), model.state_dict()) == ("<History: no epochs, interrupted>", before)
    assert capsys.readouterr().err == "fit: interrupted; no epoch had ended, and the model is as it was\n"


def interrupting(call):
    calls = []

    def loss(predictions, targets):
        calls.append(1)
        if len(calls) == call + 1:  # the first looks at the targets
            raise KeyboardInterrupt
        return mean_squared_error(predictions, targets)

    return loss


INTERRUPTED = {"optimizer": "sgd", "validation": HELD, "metrics": {"m": count}, "batch_size": 4}


@settings(max_examples=100)
@given(st.integers(1, 100_000))
def test_an_interruption_at_any_moment_leaves_the_parameters_and_the_history_of_the_same_epoch(moment):
    model, history = mlp(), None
    states = states_of(3, **INTERRUPTED)
    with suppress(KeyboardInterrupt), Interruption(moment):  # it may come before the loop and after it
        history = train(model, **INTERRUPTED)
    assert gc.isenabled()
    if history is None:
        assert model.state_dict() in states
    elif history.ended == "interrupted":
        assert model.state_dict() == expected_after(history, states)
    else:
        assert model.state_dict() == states[-1]


def test_no_moment_at_the_end_of_an_epoch_parts_the_parameters_from_the_history():
    states = states_of(3, **INTERRUPTED)
    moments = 0
    while True:
        model = mlp()
        with Interruption(moments + 1, "epoch"):
            history = train(model, **INTERRUPTED)
        if history.ended != "interrupted":
            break
        assert model.state_dict() == expected_after(history, states)
        moments += 1
    assert moments > 9


@pytest.mark.no_gradcheck  # it counts what Python does
def test_those_interruptions_fall_into_the_training_and_go_beyond():
    with Interruption(10**9) as interruption:
        train(**INTERRUPTED)
    assert 30_000 < 10**9 - interruption.left < 100_000


# ---- the bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stderr", "progress", "shown"),
    [
        (Terminal, None, True),
        (io.StringIO, None, False),
        (io.StringIO, True, True),
        (Terminal, False, False),
    ],
)
def test_a_bar_is_shown_where_someone_looks_or_wants_it(monkeypatch, stderr, progress, shown):
    monkeypatch.setattr(sys, "stderr", stderr())
    train(progress=progress)
    text = sys.stderr.getvalue()
    assert ("batch" in text) == shown
    assert ("/9" in text) == shown  # three epochs of three batches


@pytest.mark.parametrize(("installed", "shown"), [(["tqdm", "ipywidgets"], True), (["tqdm"], False)])
def test_a_notebook_has_a_bar_where_it_can_show_one(monkeypatch, installed, shown):
    monkeypatch.setitem(sys.modules, "ipykernel", SimpleNamespace())
    monkeypatch.setattr("nn.progress.find_spec", lambda name: name in installed or None)
    monkeypatch.setitem(sys.modules, "tqdm.notebook", SimpleNamespace(tqdm=lambda **settings: settings))
    assert (progress_bar(10, 0, None) is not None) == shown


def test_the_bar_tells_the_mean_loss_of_the_samples_seen(monkeypatch):
    said = []
    bar = SimpleNamespace(set_postfix_str=lambda text, refresh: said.append(text), update=lambda: None, close=list)
    monkeypatch.setitem(fit.__globals__, "progress_bar", lambda *args: bar)
    history = train(epochs=2, loss=lambda p, t: mean_squared_error(p, t) * 0.0 + len(p), batch_size=4)
    assert said == [f"epoch {n}/2, loss {loss}" for n in (1, 2) for loss in ("4", f"{25 / 7:.4g}")]
    assert history.loss == [25 / 7] * 2


def test_a_program_without_a_console_has_no_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    assert len(train()) == 3


def test_without_tqdm_there_is_no_bar_and_wanting_one_says_what_to_install(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert len(train()) == 3
    assert sys.stderr.getvalue() == ""
    with pytest.raises(ImportError, match=r'=True: tqdm is not installed: pip install "scalar-autograd\[train\]"$'):
        train(progress=True)


def test_the_bar_ends_with_the_training(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    history = train(progress=True, loss=interrupting(4), engine="eager")
    assert history.ended == "interrupted"
    with pytest.raises(ZeroDivisionError):
        train(progress=True, callbacks=[lambda h: 1 / 0])
    import tqdm

    assert not tqdm.tqdm._instances


# ---- memory


def test_training_makes_no_cycles_and_leaves_nothing_behind():
    model = mlp()
    samples, targets = np.arange(2000.0).reshape(1000, 2) / 2000, np.arange(1000) / 1000
    options = {"X": samples, "y": targets, "epochs": 1, "batch_size": 1, "optimizer": "adam"}
    train(model, **{**options, "X": samples[:10], "y": targets[:10]})
    gc.collect()
    before = len(gc.get_objects())
    gc.disable()
    try:
        train(model, **options)
        grown = len(gc.get_objects()) - before
        assert gc.collect() < 100  # the code that runs the recording knows itself
    finally:
        gc.enable()
    assert grown < 200

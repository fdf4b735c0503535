"""What a History tells of a training."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from nn import History

ROWS = [
    {"loss": 0.5, "validation_loss": 0.75, "accuracy": 0.5, "learning_rate": 0.1},
    {"loss": 0.25, "validation_loss": 0.5, "accuracy": 1.0, "learning_rate": 0.05},
    {"loss": 0.125, "validation_loss": 0.625, "accuracy": 1.0, "learning_rate": 0.025},
]


def test_columns_are_a_number_an_epoch():
    history = History(ROWS)
    assert history.columns == ["loss", "validation_loss", "accuracy", "learning_rate"]
    assert history.loss == history["loss"] == [0.5, 0.25, 0.125]
    assert history.validation_loss == [0.75, 0.5, 0.625]
    assert history["learning_rate"] == [0.1, 0.05, 0.025]
    assert history.metrics == {"accuracy": [0.5, 1.0, 1.0]}


def test_rows_are_epochs():
    assert len(History(ROWS)) == 3
    assert list(History(ROWS)) == ROWS


def test_an_unknown_column_names_those_there_are():
    with pytest.raises(KeyError, match="history has no 'f1'; it has loss, validation_loss, accuracy, learning_rate"):
        History(ROWS)["f1"]
    with pytest.raises(KeyError, match="history has no 'loss'; it has no epochs yet"):
        History()["loss"]


def test_before_the_first_epoch_there_is_nothing():
    history = History()
    assert (len(history), history.columns, history.loss, history.validation_loss, history.metrics) == (
        0,
        [],
        [],
        [],
        {},
    )
    with pytest.raises(ValueError, match="history has no epochs yet"):
        _ = history.best_epoch


@given(st.lists(st.floats(-10, 10), min_size=1), st.booleans())
def test_the_best_epoch_is_the_first_of_the_least_loss_and_of_the_validation_loss_where_there_is_one(losses, held):
    rows = [{"loss": -loss, "validation_loss": loss} if held else {"loss": loss} for loss in losses]
    best = History(rows).best_epoch
    assert losses[best] == min(losses)
    assert min(losses) not in losses[:best]


def test_it_says_how_far_it_is_and_why_it_ended():
    assert repr(History()) == "<History: no epochs>"
    assert repr(History(ended="interrupted")) == "<History: no epochs, interrupted>"
    assert repr(History(ROWS[:1], "all epochs")) == (
        "<History: 1 epoch (all epochs); the last: loss 0.5, validation_loss 0.75, accuracy 0.5, learning_rate 0.1>"
    )
    assert repr(History(ROWS)).startswith("<History: 3 epochs (training); the last: loss 0.125, validation_loss 0.625,")
    assert "nan" in repr(History([{"loss": 0.5, "auc": math.nan}]))


def test_histories_share_no_rows():
    first, second = History(), History()
    first.rows.append(ROWS[0])
    assert len(second) == 0


def test_it_plots_its_losses():
    ax = History(ROWS).plot(Figure().subplots())
    drawn = [line.get_ydata().tolist() for line in ax.lines]
    assert [0.5, 0.25, 0.125] in drawn
    assert [0.75, 0.5, 0.625] in drawn
    with pytest.raises(ValueError, match="loss_curve: the history has no epochs: train first"):
        History().plot(Figure().subplots())

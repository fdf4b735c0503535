"""Run by built.py where the package is installed without extras: what works, and what says what to install."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

import autograd.testing
import nn
from autograd import Value, check_gradient, check_notes, compile, draw, explain, filmstrip, step_through, tanh

NOTE = r"With $z = wx + b$ and $L = (z - t)^2$, we get $\frac{\partial L}{\partial w} = 2(z - t)$."


def works() -> None:
    """A program of everything that needs no extra."""
    w, x = Value(2.0, "w"), Value(0.5, "x")
    y = tanh(w * x)
    y.backward()
    assert abs(w.grad - 0.209987170807013) < 1e-15
    assert check_gradient(lambda w, x: tanh(w * x), [2.0, 0.5])
    assert "a factor x is missing" in str(check_notes(NOTE))
    assert "</svg>" in draw(y).svg() and "</svg>" in filmstrip(y).svg()
    assert "∂L/∂w" in explain(y, names={"L": y}).text
    step_through(y).save("steps.html")
    assert "</html>" in Path("steps.html").read_text()
    assert compile(tanh)(np.zeros(2)).tolist() == [0.0, 0.0]


def trains() -> None:
    """A network learns, is saved, and is read again."""
    X, y = nn.data.moons(40, seed=0)[:2]
    model = nn.MLP(2, [4, 1], seed=0)
    history = nn.fit(model, X, y, loss="binary_cross_entropy_from_logits", epochs=3, seed=0)
    assert history["loss"][-1] < history["loss"][0]
    nn.save(model, "model.json")
    assert nn.load("model.json").state_dict() == model.state_dict()


def tells(package: str, call: Callable[[], object], extra: str) -> None:
    """The call raises an ImportError that names the package, and has the line that installs it."""
    line = f'pip install "scalar-autograd[{extra}]"' if extra else f"pip install {package.lower()}"
    try:
        call()
    except ImportError as error:
        assert str(error).endswith(f"{package} is not installed: {line}"), str(error)
    else:
        raise AssertionError(f"{package} is not needed, or installed")


def extras_are_told() -> None:
    """Each optional package, by one function that needs it."""
    X, y = nn.data.gate("and")[:2]
    recorded = compile(tanh)
    recorded(0.5)
    tells("numba", lambda: compile(tanh, engine="numba"), "fast")
    tells("jax", recorded.to_jax, "jax")
    tells("scikit-learn", lambda: nn.Classifier, "train")
    tells("scikit-learn", nn.data.iris, "train")
    tells("scikit-image", nn.cats, "train")
    tells("SciPy", lambda: nn.separable(X, y), "train")
    tells("matplotlib", lambda: nn.plot.activation("relu"), "train")
    tells("tqdm", lambda: nn.fit(nn.Neuron(2), X, y, loss="mean_squared_error", progress=True), "train")
    tells("hypothesis", lambda: autograd.testing.expressions, "test")
    tells("Pillow", lambda: autograd.animate(Value(1.0) + 1.0, "steps.gif"), "")


if __name__ == "__main__":
    assert Path(autograd.__file__).is_relative_to(sys.prefix), f"{autograd.__file__} is not the installed one"
    for part in (works, trains, extras_are_told):
        part()

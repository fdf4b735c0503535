"""A descent that all optimizers go on, with every combination of their options, and where PyTorch gets on it.

`python tests/descents.py` records torch_optimizers.json anew; it needs torch.
"""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

from autograd import Value, sin
from nn.optimizers import SGD, AdaGrad, Adam, AdamW, RMSProp

TORCH_NAMES = {SGD: "SGD", AdaGrad: "Adagrad", RMSProp: "RMSprop", Adam: "Adam", AdamW: "AdamW"}
RECORD = Path(__file__).with_name("torch_optimizers.json")
RECORDED_STEPS = (1, 2, 10, 100)
START = [2.0, -0.7, 2.4]
# Steps take one sample after the other, so that gradients never settle: where they do, v and v − m² go to 0, a step
# becomes the sign of a rounding error, and two programs that both are right part.
SAMPLES = [(5.4, -4.1, 6.6), (4.1, -4.9, 5.5), (6.2, -3.3, 7.0), (4.8, -4.4, 5.2), (5.0, -3.2, 5.9)]


def loss(w, sample):
    """Bowls of different steepness around the sample, coupled by sines: not convex, no parameter by itself."""
    bowls = sum(a * (x - c) ** 2 for a, x, c in zip((0.05, 0.5, 2.0), w, sample, strict=True))
    return bowls + 0.3 * sin(w[0] * w[1]) + 0.3 * sin(w[1] * w[2])


def gradient(w, step=0):
    """That of the loss on the step's sample, on numbers: the same bits for whoever asks."""
    x, y, z = w
    a, b, c = SAMPLES[step % len(SAMPLES)]
    first, second = 0.3 * math.cos(x * y), 0.3 * math.cos(y * z)
    return [0.1 * (x - a) + first * y, (y - b) + first * x + second * z, 4.0 * (z - c) + second * y]


def combinations(**options):
    """Every way to choose one value for each option."""
    return [dict(zip(options, chosen, strict=True)) for chosen in itertools.product(*options.values())]


DECAY = [0.0, 0.1]
CASES = [
    (SGD, {"lr": 0.01}),  # PyTorch's own default learning rate depends on its version
    *((SGD, o) for o in combinations(lr=[0.05], momentum=[0.0, 0.9], weight_decay=DECAY)),
    *((SGD, o) for o in combinations(lr=[0.05], momentum=[0.9], nesterov=[True], weight_decay=DECAY)),
    (AdaGrad, {}),
    *((AdaGrad, o) for o in combinations(lr=[0.3], eps=[1e-10, 1e-3], weight_decay=DECAY)),
    *((RMSProp, o) for o in combinations(momentum=[0.0, 0.5], centered=[False, True], weight_decay=DECAY)),
    *(
        (RMSProp, {"lr": 0.02, "alpha": 0.9, "eps": 1e-3, **o})
        for o in combinations(momentum=[0.0, 0.5], centered=[False, True], weight_decay=DECAY)
    ),
    (Adam, {}),
    *((Adam, o) for o in combinations(lr=[0.02], betas=[(0.9, 0.999), (0.8, 0.95)], weight_decay=DECAY)),
    (Adam, {"eps": 1e-3}),
    (AdamW, {}),
    *((AdamW, o) for o in combinations(lr=[0.02], betas=[(0.9, 0.999), (0.8, 0.95)], weight_decay=[0.1, 0.5])),
    (AdamW, {"eps": 1e-3}),
]


def case_name(case):
    kind, options = case
    return " ".join([kind.__name__, *(f"{name}={value}" for name, value in options.items())])


def values(numbers=START):
    return [Value(x, label=f"w{k}") for k, x in enumerate(numbers)]


def trajectory(optimizer, steps=100):
    """The parameters after each of the next steps."""
    reached = []
    for _ in range(steps):
        now = gradient([p.data for p in optimizer.parameters], optimizer.steps)
        for p, g in zip(optimizer.parameters, now, strict=True):
            p.grad = g
        optimizer.step()
        reached.append([p.data for p in optimizer.parameters])
    return reached


def torch_trajectory(torch, kind, options, steps=100):
    w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, TORCH_NAMES[kind])([w], **options)
    reached = []
    for step in range(steps):
        w.grad = torch.tensor(gradient(w.tolist(), step), dtype=torch.float64)
        optimizer.step()
        reached.append(w.tolist())
    return reached


def record():
    """Writes what torch.optim reaches in every case, one line a case."""
    import torch

    lines = []
    for case in CASES:
        reached = torch_trajectory(torch, *case)
        lines.append(f"{json.dumps(case_name(case))}: {json.dumps([reached[step - 1] for step in RECORDED_STEPS])}")
    source = f'"recorded from": "torch {torch.__version__}, float64, after steps {RECORDED_STEPS}"'
    RECORD.write_text("{\n" + ",\n".join([source, *lines]) + "\n}\n")


if __name__ == "__main__":
    record()

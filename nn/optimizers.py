"""How parameters move: SGD, AdaGrad, RMSProp, Adam, AdamW. Each `rule` is the lines of the paper on NumPy arrays.

In the rules: w the parameters, g their gradients, t the steps taken, lr the learning rate, b the velocity, m the mean
and v the mean square of past gradients, s the sum of their squares. Names, defaults and formulas are PyTorch's.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograd import Value
from nn.optimizer import HasParameters, Optimizer
from nn.plain import Floats


class SGD(Optimizer):
    """Stochastic gradient descent, w ← w − lr·g, with momentum (Polyak 1964) or Nesterov's (Sutskever et al. 2013).

    `momentum` in [0, 1) is how much of the velocity is kept; `weight_decay` λ ≥ 0 adds λw to the gradient.
    Raises ValueError for `nesterov` without momentum, and what Optimizer does.

    >>> x = Value(3.0)
    >>> optimizer = SGD([x], lr=0.1)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (x**2).backward()
    ...     optimizer.step()
    >>> round(x.data, 12)  # 3 · (1 − 2 · 0.1)²
    1.92
    """

    memory = ("b",)
    momentum: float
    nesterov: bool
    b: Floats

    def __init__(
        self,
        parameters: Iterable[Value] | HasParameters,
        lr: float = 0.01,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr=lr, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay)
        if self.nesterov and self.momentum == 0.0:
            raise ValueError("SGD: nesterov=True needs a momentum above 0, say momentum=0.9")

    def rule(self, w: Floats, g: Floats) -> Floats:
        """b ← momentum·b + g, then w ← w − lr·b; Nesterov's looks one velocity ahead."""
        g = g + self.weight_decay * w
        self.b = self.momentum * self.b + g
        return w - self.lr * (g + self.momentum * self.b if self.nesterov else self.b)


class AdaGrad(Optimizer):
    """Steps that shrink with the sum of squared gradients, for each parameter by itself (Duchi, Hazan, Singer 2011).

    >>> x = Value(3.0)
    >>> (x**2).backward()
    >>> AdaGrad([x], lr=0.1).step()  # the first step is lr, whatever the gradient
    >>> round(x.data, 9)
    2.9
    """

    memory = ("s",)
    eps: float
    s: Floats

    def __init__(
        self,
        parameters: Iterable[Value] | HasParameters,
        lr: float = 0.01,
        *,
        eps: float = 1e-10,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr=lr, eps=eps, weight_decay=weight_decay)

    def rule(self, w: Floats, g: Floats) -> Floats:
        """s ← s + g², then w ← w − lr·g / (√s + eps)."""
        g = g + self.weight_decay * w
        self.s = self.s + g**2
        return w - self.lr * g / (np.sqrt(self.s) + self.eps)


class RMSProp(Optimizer):
    """Steps over the root mean square of recent gradients (Tieleman and Hinton 2012).

    `alpha` in [0, 1) is how much of the mean is kept. `centered` divides by their standard deviation (Graves 2013).

    >>> x = Value(3.0)
    >>> (x**2).backward()
    >>> RMSProp([x], lr=0.1, alpha=0.75).step()  # 3 − 0.1 · 6 / √(¼ · 6²)
    >>> round(x.data, 7)
    2.8
    """

    memory = ("v", "m", "b")
    alpha: float
    eps: float
    momentum: float
    centered: bool
    v: Floats
    m: Floats
    b: Floats

    def __init__(
        self,
        parameters: Iterable[Value] | HasParameters,
        lr: float = 0.01,
        *,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        centered: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        settings = {"alpha": alpha, "eps": eps, "momentum": momentum, "centered": centered}
        super().__init__(parameters, lr=lr, **settings, weight_decay=weight_decay)

    def rule(self, w: Floats, g: Floats) -> Floats:
        """v ← α·v + (1 − α)·g², then w ← w − lr·g / (√v + eps), through a velocity."""
        g = g + self.weight_decay * w
        self.v = self.alpha * self.v + (1 - self.alpha) * g**2
        self.m = self.alpha * self.m + (1 - self.alpha) * g
        # Of gradients that stay the same the variance is 0, and rounding may put it below.
        v = np.maximum(self.v - self.m**2, 0.0) if self.centered else self.v
        self.b = self.momentum * self.b + g / (np.sqrt(v) + self.eps)
        return w - self.lr * self.b


class Adam(Optimizer):
    """Mean over root mean square of recent gradients, both corrected for starting at 0 (Kingma and Ba 2015).

    `betas` in [0, 1) are how much of the two means is kept; `weight_decay` λ ≥ 0 adds λw to the gradient.

    >>> x = Value(3.0)
    >>> (x**2).backward()
    >>> Adam([x], lr=0.1).step()  # the first step is lr, whatever the gradient
    >>> round(x.data, 9)
    2.9
    """

    memory = ("m", "v")
    beta1: float
    beta2: float
    eps: float
    m: Floats
    v: Floats

    def __init__(
        self,
        parameters: Iterable[Value] | HasParameters,
        lr: float = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        beta1, beta2 = betas
        super().__init__(parameters, lr=lr, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay)

    def rule(self, w: Floats, g: Floats) -> Floats:
        """Adam's step, with λw in the gradient."""
        return self.adaptive_step(w, g + self.weight_decay * w)

    def adaptive_step(self, w: Floats, g: Floats) -> Floats:
        """m ← β₁·m + (1 − β₁)·g and v ← β₂·v + (1 − β₂)·g², then w ← w − lr·m̂ / (√v̂ + eps)."""
        t = self.steps
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m_hat = self.m / (1 - self.beta1**t)
        v_hat = self.v / (1 - self.beta2**t)
        return w - self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


class AdamW(Adam):
    """Adam with the weight decay beside the adaptive step, not in its means (Loshchilov and Hutter 2019).

    >>> x = Value(3.0)
    >>> AdamW([x], lr=0.1, weight_decay=0.5).step()  # no gradient: 3 · (1 − 0.1 · 0.5)
    >>> round(x.data, 12)
    2.85
    """

    def __init__(
        self,
        parameters: Iterable[Value] | HasParameters,
        lr: float = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def rule(self, w: Floats, g: Floats) -> Floats:
        """Adam's step, from parameters that shrink by lr·λ."""
        return self.adaptive_step(w * (1 - self.lr * self.weight_decay), g)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "adagrad": AdaGrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
}

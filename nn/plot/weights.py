"""The weights of neurons as pictures."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np

from nn.layers import Layer
from nn.plot.style import axes, diverging

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def weights_image(layer: Layer, shape: tuple[int, int], ax: Axes | None = None) -> Axes:
    """A picture a neuron, row by row: each pixel of its input has the colour of its weight, white where it is 0.

    `shape` is (rows, columns) of the pictures that the layer looks at, as (8, 8) for digits.
    Raises ValueError where the layer has another number of inputs.

    >>> from matplotlib.figure import Figure
    >>> ax = weights_image(Layer(64, 10, seed=0), (8, 8), Figure().subplots())
    >>> ax.images[0].get_array().shape  # 3 by 4 pictures, and a line between them
    (26, 35)
    """
    rows, columns = shape
    weights = layer.weights
    if rows * columns != layer.inputs:
        raise ValueError(
            f"weights_image: pictures of {rows} × {columns} are {rows * columns} inputs, not {layer.inputs}"
        )
    across = ceil(sqrt(len(weights)))
    down = ceil(len(weights) / across)
    board = np.full((down * (rows + 1) - 1, across * (columns + 1) - 1), np.nan)
    for k, numbers in enumerate(weights):
        top, left = k // across * (rows + 1), k % across * (columns + 1)
        board[top : top + rows, left : left + columns] = numbers.reshape(rows, columns)
    ax = axes("weights_image", ax)
    limit = np.abs(weights).max() or 1.0
    image = ax.imshow(board, cmap=diverging(), vmin=-limit, vmax=limit)
    ax.figure.colorbar(image, ax=ax, label="weight")
    ax.set_facecolor("lightgrey")
    ax.set(xticks=[], yticks=[], xlabel=f"neurons 1 to {len(weights)}, row by row")
    return ax

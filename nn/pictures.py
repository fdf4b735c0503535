"""Find the cat: patches of real photographs, those that scikit-image carries in its wheel. Nothing is downloaded."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nn.data.dataset import Dataset
from nn.initializers import Seed, generator
from nn.optional import optional
from nn.plain import Floats
from nn.preparing import require_share

FILES = {
    "cat": "chelsea.png",
    "astronaut": "astronaut.png",
    "coffee": "coffee.png",
    "rocket": "rocket.jpg",
    "motorcycle": "motorcycle_left.png",
}
CAT_COLUMNS = 352  # the cat fills the photograph's left 352 columns; in the other 99 is its blurred background
LEVELS = 3  # of each primary colour, in a histogram
CELLS = 4  # along a side, in a thumbnail


class Patch(NamedTuple):
    """A square of a photograph: the photograph's name, its first row and column, and its side, in pixels."""

    photograph: str
    top: int
    left: int
    side: int

    def pixels(self) -> Floats:
        """The picture: an array (side, side, 3) of red, green, blue from 0 to 1."""
        return photograph(self.photograph)[self.top : self.top + self.side, self.left : self.left + self.side]


@cache
def photograph(name: str) -> Floats:
    """A photograph as an array (rows, columns, 3) of red, green, blue from 0 to 1, which can't be written to.

    The names: "cat", "astronaut", "coffee", "rocket", "motorcycle". Raises ValueError for another one, ImportError
    where scikit-image is not installed, FileNotFoundError where it came without its photographs.

    >>> photograph("cat").shape
    (300, 451, 3)
    """
    if name not in FILES:
        raise ValueError(f"photograph: there is no photograph {name!r}: write one of {', '.join(FILES)}")
    read = optional("photograph", "skimage.io", "scikit-image").imread
    # Not through skimage.data, which may download.
    path = Path(optional("photograph", "skimage", "scikit-image").__file__).parent / "data" / FILES[name]
    if not path.is_file():
        raise FileNotFoundError(f"photograph: {path} is missing: install scikit-image from its wheel, with pip")
    pixels: Floats = read(path) / 255.0
    pixels.flags.writeable = False
    return pixels


def histogram(pixels: Floats) -> Floats:
    """The share of the pixels that has each of 27 colours: 3 levels of red times 3 of green times 3 of blue.

    What colours there are tells fur from other things, and a linear model can weigh them (Swain and Ballard 1991).

    >>> histogram(np.zeros((8, 8, 3)))[:2].tolist()
    [1.0, 0.0]
    """
    red, green, blue = np.minimum(pixels * LEVELS, LEVELS - 1).astype(int).reshape(-1, 3).T
    colours = (red * LEVELS + green) * LEVELS + blue
    return np.bincount(colours, minlength=LEVELS**3) / len(colours)


def thumbnail(pixels: Floats) -> Floats:
    """4 × 4 cells, row by row, each the mean red, green and blue of its pixels: 48 numbers from 0 to 1.

    >>> float(thumbnail(np.ones((8, 8, 3))).sum())
    48.0
    """
    side = len(pixels) // CELLS
    cells: Floats = pixels.reshape(CELLS, side, CELLS, side, 3).mean(axis=(1, 3))
    return cells.ravel()


FEATURES: dict[str, tuple[Callable[[Floats], Floats], tuple[str, ...]]] = {
    "histogram": (histogram, tuple(f"red {r} green {g} blue {b}" for r, g, b in product(range(LEVELS), repeat=3))),
    "thumbnail": (
        thumbnail,
        tuple(f"{c} at {i}, {j}" for i, j, c in product(range(CELLS), range(CELLS), ("red", "green", "blue"))),
    ),
}


def cats(patch: int = 20, features: str = "histogram", test: float = 0.3, seed: Seed = 0) -> tuple[Dataset, Dataset]:
    """Patches of a cat (label 1) and of four other photographs (label 0): one data set to train on, one to test.

    `patch` is the side of a patch in pixels, a multiple of 4; `features` is "histogram" or "thumbnail", see there.
    Training patches come from the left 70 % of each photograph, test patches from its right 30 % (`test`). No two
    patches share a pixel. There are as many others as cats, from each photograph as many, `seed` chooses which, and
    the order. `places` of a data set tells where its patches are: `train.places[0].pixels()` is the first picture.

    Raises ValueError for features or a size that there are not, and what `photograph` raises.

    >>> train, test = cats()
    >>> train, test
    (<Dataset: 360 samples, 27 features, 2 classes>, <Dataset: 150 samples, 27 features, 2 classes>)
    >>> train.places[0]
    Patch(photograph='astronaut', top=120, left=20, side=20)
    """
    require_share("cats", test)
    if features not in FEATURES:
        raise ValueError(f"cats: features = {features!r}: write one of {', '.join(FEATURES)}")
    if patch < CELLS or patch % CELLS:
        raise ValueError(f"cats: patch = {patch}: give a multiple of {CELLS} pixels")
    rng = generator(seed)
    cut = 1 - test
    return _patches(0.0, cut, patch, features, rng), _patches(cut, 1.0, patch, features, rng)


def _patches(start: float, end: float, side: int, features: str, rng: np.random.Generator) -> Dataset:
    """Those between two fractions of the width of the photographs."""
    found = {name: _grid(name, start, end, side) for name in FILES}
    places = found.pop("cat")
    sizes = [len(part) for part in np.array_split(places, len(found))]
    for grid, size in zip(found.values(), sizes, strict=True):
        places = places + [grid[k] for k in rng.choice(len(grid), size, replace=False)]
    places = [places[k] for k in rng.permutation(len(places))]
    compute, names = FEATURES[features]
    X = np.array([compute(place.pixels()) for place in places])
    y = np.array([int(place.photograph == "cat") for place in places])
    return Dataset(X, y, names, ("other", "cat"), places=tuple(places))


def _grid(name: str, start: float, end: float, side: int) -> list[Patch]:
    """The patches, edge to edge, of a part of a photograph."""
    rows, columns, _ = photograph(name).shape
    columns = CAT_COLUMNS if name == "cat" else columns
    first, last = round(start * columns), round(end * columns)
    if rows < side or last - first < side:
        room = f"the {rows} × {last - first} pixels of the {name} from which they come"
        raise ValueError(f"cats: patches of {side} pixels do not fit into {room}: make them smaller")
    tops, lefts = range(0, rows - side + 1, side), range(first, last - side + 1, side)
    return [Patch(name, top, left, side) for top, left in product(tops, lefts)]

"""Data to learn from: truth tables, shapes drawn by NumPy, and the measured sets that scikit-learn ships."""

from nn.data.dataset import Dataset, Separator
from nn.data.gates import gate
from nn.data.measured import breast_cancer, diabetes, digits, iris
from nn.data.shapes import circles, clouds, moons, spirals

__all__ = [
    "Dataset",
    "Separator",
    "breast_cancer",
    "circles",
    "clouds",
    "diabetes",
    "digits",
    "gate",
    "iris",
    "moons",
    "spirals",
]

"""Pictures of training, by matplotlib. Each function draws on the Axes `ax`, or on a new one, and returns it.

    loss_curve            how the loss fell, of one run or of several
    decision_boundary     what a classifier says over two features, with the data
    loss_surface          a function of two numbers as contours, with the paths of optimizers
    loss_surface_3d       the same as a surface
    activation            an activation and its derivative
    gradient_histograms   the sizes of the gradients, layer by layer: do they vanish?
    activation_histograms the outputs of the neurons, layer by layer: do they die or saturate?
    weights_image         the weights of each neuron as a picture

Without `ax` there is a new figure, which notebooks show; in a program, save it by `ax.figure.savefig("loss.png")`.
Raises ImportError where matplotlib is not installed, TypeError where `ax` is not one Axes.
"""

from nn.plot.boundary import decision_boundary
from nn.plot.derivative import activation
from nn.plot.histograms import activation_histograms, gradient_histograms
from nn.plot.losses import loss_curve
from nn.plot.surface import loss_surface, loss_surface_3d
from nn.plot.weights import weights_image

__all__ = [
    "activation",
    "activation_histograms",
    "decision_boundary",
    "gradient_histograms",
    "loss_curve",
    "loss_surface",
    "loss_surface_3d",
    "weights_image",
]

"""Handwritten digits, data-parallel: JAX splits each batch over its devices; the losses are those of one device."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd import Tape, Value
from nn import MLP, accuracy, cross_entropy_from_logits, data, one_hot, predict, train_test_split


class Result(NamedTuple):
    """`losses` are the means over the batches, each before its step; `process` is 0 on the first of several hosts."""

    model: MLP
    devices: int
    process: int
    losses: list[float]
    test_accuracy: float


def recorded_loss(model: MLP, x: Sequence[float], t: Sequence[float]) -> Tape:
    """The loss of one sample, as a tape of the parameters, the inputs and the target, which has a number a class."""
    inputs, target = [Value(number) for number in x], [Value(number) for number in t]
    loss = cross_entropy_from_logits(model(inputs), target)
    return Tape.record(loss, inputs=[np.array(values) for values in (model.parameters(), inputs, target)])


def run(
    devices: int | None = None, epochs: int = 6, batch_size: int = 128, learning_rate: float = 0.5, seed: int = 0
) -> Result:
    """Train by gradient descent on that many devices, or on all that JAX knows, those of all hosts.

    Raises ImportError where JAX is not installed, ValueError where devices can't share a batch evenly.
    """
    X, y, *_ = data.digits()
    X, X_test, y, y_test = train_test_split(X, y, test=0.3, stratify=True, seed=seed)
    T = one_hot(y)
    model = MLP(64, [32, 10], activation="tanh", seed=seed)
    losses_of = recorded_loss(model, X[0], T[0]).to_jax()  # of samples, one each

    import jax

    mesh = jax.sharding.Mesh(np.array(jax.devices()[:devices]), ("samples",))
    if batch_size < 1 or batch_size % mesh.size:
        raise ValueError(f"batch_size={batch_size} is no multiple of {mesh.size}, the number of devices")
    batches = ((X[chosen], T[chosen]) for chosen in shuffled(len(X), batch_size, epochs, seed))
    before = np.array([p.data for p in model.parameters()])
    after, losses = descend(mesh, losses_of, before, batches, learning_rate)
    for p, number in zip(model.parameters(), after.tolist(), strict=True):
        p.data = number
    return Result(model, mesh.size, jax.process_index(), losses, accuracy(predict(model, X_test), y_test))


def shuffled(samples: int, batch_size: int, epochs: int, seed: int) -> Iterator[Any]:
    """The samples of each batch, all of the same size: on all hosts the same."""
    generator, whole = np.random.default_rng(seed), samples // batch_size * batch_size
    for _ in range(epochs):
        yield from generator.permutation(samples)[:whole].reshape(-1, batch_size)


def descend(
    mesh: Any, losses_of: Callable[[Any], Any], parameters: Any, batches: Iterable[Any], learning_rate: float
) -> tuple[Any, list[float]]:
    """The parameters after a step for each batch, and its loss before.

    A device has a part of the batch and all parameters; JAX adds up the gradients.
    """
    import jax
    from jax.sharding import NamedSharding, PartitionSpec

    copied, split = NamedSharding(mesh, PartitionSpec()), NamedSharding(mesh, PartitionSpec("samples"))

    def placed(array: Any, sharding: Any) -> Any:
        return jax.make_array_from_callback(array.shape, sharding, lambda part: array[part])

    def step(parameters: Any, X: Any, T: Any) -> tuple[Any, Any]:
        loss, gradient = jax.value_and_grad(lambda p: losses_of([p, X, T]).mean())(parameters)
        return parameters - learning_rate * gradient, loss

    compiled, losses = jax.jit(step, out_shardings=(copied, copied)), []
    parameters = placed(parameters, copied)
    for X, T in batches:
        parameters, loss = compiled(parameters, placed(X, split), placed(T, split))
        losses.append(float(loss))
    return np.asarray(parameters), losses


def main(arguments: Sequence[str] = ()) -> Result:
    """Print losses on the way, and the accuracy.

    `--devices 8` simulates as many on the CPU. On a cluster the script runs once on each host, with `--distributed`
    where JAX finds out about the others (Slurm, TPU pods, Kubernetes, MPI), else with `--coordinator`, `--processes`
    and `--process`.
    """
    given = options(arguments)
    os.environ.setdefault("JAX_ENABLE_X64", "1")  # JAX reads these when it is first imported
    if given.devices:
        flags = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = f"{flags} --xla_force_host_platform_device_count={given.devices}"
        os.environ["JAX_PLATFORMS"] = "cpu"
    if given.distributed or given.coordinator:
        import jax

        jax.distributed.initialize(given.coordinator, given.processes, given.process)
    result = run()
    if result.process == 0:
        report(result)
    return result


def options(arguments: Sequence[str]) -> Namespace:
    """What was asked for."""
    parser = ArgumentParser(prog="python -m nn.examples.data_parallel", description=__doc__)
    parser.add_argument("--devices", type=int, metavar="N", help="simulate N devices on the CPU")
    parser.add_argument("--distributed", action="store_true", help="be one of several hosts, which JAX finds")
    parser.add_argument(
        "--coordinator", metavar="HOST:PORT", help="be one of several hosts, the first of which is HOST"
    )
    parser.add_argument("--processes", type=int, metavar="N", help="how many hosts there are")
    parser.add_argument("--process", type=int, metavar="K", help="which of them this is, counted from 0")
    return parser.parse_args(arguments)


def report(result: Result) -> None:
    """Print it."""
    losses, steps = result.losses, len(result.losses)
    devices = f"{result.devices} device" + "s" * (result.devices != 1)
    print(f"digits on {devices}: {len(result.model.parameters())} parameters, {steps} steps")
    for k in [*range(0, steps, max(1, steps // 6)), steps - 1]:
        print(f"  step {k + 1}: loss {losses[k]:.6f}")
    print(f"test accuracy {result.test_accuracy:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])

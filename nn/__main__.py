"""Systems that learn: `python -m nn` lists the examples, `python -m nn NAME` runs one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from autograd.show.ascii import speak_ascii_too
from nn import examples

FAILED, MISUSED = 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """List the examples or run one; the status is 1 where a package that it needs is missing, 2 for unknown names."""
    speak_ascii_too()
    match sys.argv[1:] if argv is None else list(argv):
        case [] | ["-h"] | ["--help"]:
            print(listing())
            return 0
        case [name] if name in names():
            return run(name)
        case [name]:
            near = [repr(known) for known in get_close_matches(name, names())]
            meant = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names())}"
            return complain(f"there is no example {name!r}: {meant}", MISUSED)
        case given:
            return complain(f"one example at a time, not {len(given)}: python -m nn {given[0]}", MISUSED)


def names() -> list[str]:
    """The examples there are."""
    return [module.name for module in iter_modules(examples.__path__)]


def listing() -> str:
    """The examples, with the first line of what each says of itself."""
    wide = max(map(len, names()))
    lines = [f"  {name:{wide}}  {(example(name).__doc__ or '').splitlines()[0]}" for name in names()]
    return "\n".join(["python -m nn NAME runs an example:", "", *lines])


def example(name: str) -> ModuleType:
    """The module of an example."""
    return import_module(f"{examples.__name__}.{name}")


def run(name: str) -> int:
    """Run an example."""
    module = example(name)
    try:
        module.main()
    except ImportError as error:
        return complain(str(error), FAILED)
    return 0


def complain(message: str, status: int) -> int:
    """Say what is wrong, on stderr."""
    print(f"nn: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())

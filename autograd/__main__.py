"""The command line: check notes, explain a derivative, draw its graph, step through its passes, list the operations."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import Any

from autograd.commands import FAILED, MISUSED, run_check, run_draw, run_explain, run_ops, run_step
from autograd.errors import DomainError
from autograd.show.ascii import speak_ascii_too
from autograd.show.drawing.dot import SHOWN
from autograd.show.drawing.drawing import DIRECTIONS
from autograd.show.render import FORMATS, RenderError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the status is 1 where a gradient is wrong or has no value, 2 where the input is bad."""
    speak_ascii_too()
    try:
        text, status = _run(sys.argv[1:] if argv is None else argv)
    except SystemExit as end:  # argparse has said what is wrong, or helped
        return end.code if isinstance(end.code, int) else MISUSED
    except DomainError as error:
        return _complain(str(error).replace(f" (at {error.location})", ""), FAILED)
    except ValueError as error:
        return _complain(str(error), MISUSED)
    except RenderError as error:
        return _complain(str(error), FAILED)
    except OSError as error:
        return _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error), FAILED)
    try:
        print(text, flush=True)
    except BrokenPipeError:  # the reader has seen enough; what is still buffered goes nowhere
        _drop_output()
    except OSError as error:  # the disk is full
        _drop_output()
        return _complain(f"the output cannot be written: {error.strerror}", FAILED)
    return status


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(argv: Sequence[str]) -> tuple[str, int]:
    parser = _parser()
    args, rest = parser.parse_known_args([_shielded(word) for word in argv])
    if strange := [word for word in rest if word.startswith("-") or not hasattr(args, "values")]:
        parser.error(f"unrecognized arguments: {' '.join(strange)}")
    if hasattr(args, "values"):
        args.values += rest  # what stands after an option
    text, status = args.run(args)
    return text, status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="autograd", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for add in (_add_check, _add_explain, _add_draw, _add_step, _add_ops):
        add(commands)
    return parser


def _add_check(commands: Any) -> None:
    command = commands.add_parser(
        "check", help="the derivations in notes (Markdown): which hold, and how others are wrong"
    )
    command.add_argument("files", metavar="FILE", nargs="+", help="notes, or a folder of them")
    command.add_argument("--html", metavar="FILE", help="write the notes as a page, a mark beside each formula")
    command.add_argument("--json", action="store_true", help="print records instead of text")
    command.add_argument("--verbose", action="store_true", help="list the claims that hold too")
    command.add_argument("--watch", action="store_true", help="check again whenever a file is saved, until Ctrl-C")
    command.set_defaults(run=run_check)


def _add_explain(commands: Any) -> None:
    command = commands.add_parser("explain", help="the values, every chain-rule step, the gradients and their checks")
    command.add_argument("--wrt", metavar="NAMES", default="", help="derive only these, as in w,b; lists every path")
    command.add_argument("--simplify", action="store_true", help="show closed forms too, as y − t, where they hold")
    command.add_argument("--json", action="store_true", help="print records instead of text")
    command.add_argument("--svg", metavar="FILE", help="draw the graph too")
    _add_expression(command)
    command.set_defaults(run=run_explain)


def _add_draw(commands: Any) -> None:
    command = commands.add_parser("draw", help="the graph as a picture")
    suffixes = f"its suffix is one of {', '.join(FORMATS)}"
    command.add_argument("-o", "--output", metavar="FILE", required=True, help=suffixes)
    command.add_argument("--focus", metavar="NAMES", default="", help="the paths from these, as w,b; the rest folded")
    command.add_argument("--level", metavar="KIND", help="scalar draws every node of a large graph too")
    command.add_argument("--max-nodes", metavar="N", type=int, default=150, help="fold a graph of more than N nodes")
    command.add_argument("--direction", choices=DIRECTIONS, default=DIRECTIONS[0], help="which way the arrows go")
    command.add_argument("--show", metavar="WHAT", default=",".join(SHOWN), help=f"some of {','.join(SHOWN)}")
    command.add_argument("--precision", metavar="N", type=int, default=4, help="how many digits numbers have")
    command.add_argument("--legend", action="store_true", help="add what the shapes mean")
    _add_expression(command)
    command.set_defaults(run=run_draw)


def _add_step(commands: Any) -> None:
    command = commands.add_parser("step", help="play the forward and the backward pass: in the terminal, or as a page")
    command.add_argument("-o", "--output", metavar="FILE", help="write a page instead; its suffix is .html")
    command.add_argument("--quiz", action="store_true", help="let the page ask for each number")
    command.add_argument("--plain", action="store_true", help="print all steps, one a line, for screen readers too")
    _add_expression(command)
    command.set_defaults(run=run_step)


def _add_ops(commands: Any) -> None:
    command = commands.add_parser("ops", help="the table of operations, with what is chosen at kinks")
    command.add_argument("name", nargs="?", help="one operation, in detail")
    command.add_argument("--markdown", action="store_true", help="the table of kinks in Markdown")
    command.set_defaults(run=run_ops)


def _add_expression(command: argparse.ArgumentParser) -> None:
    command.add_argument("expression", metavar="EXPR", help='as in "z = w*x + b; sigmoid(z)"')
    number = "a number for each variable, as in w=2 x=0.5"
    command.add_argument("values", metavar="name=value", nargs="*", help=number)


def _shielded(word: str) -> str:
    """An expression that begins with a minus, kept from being read as an option."""
    is_option = word in ("-h", "-o", "--") or re.fullmatch(r"--([a-z]+|max-nodes)(=.*)?", word, re.DOTALL)
    return f" {word}" if word.startswith("-") and not is_option else word


def _complain(message: str, status: int) -> int:
    print(f"autograd: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())

"""The command line: explain a derivative, draw its graph, step through its passes, list the operations."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import autograd.eager  # noqa: F401, gives Value its operations
from autograd.check import check_gradient
from autograd.errors import DomainError
from autograd.expression import ExpressionError, Program, did_you_mean, given_values, parse
from autograd.graph import topological_order
from autograd.ops import TABLE
from autograd.show import catalogue
from autograd.show.ascii import speak_ascii_too
from autograd.show.derivation import explain
from autograd.show.drawing.dot import SHOWN
from autograd.show.drawing.drawing import DIRECTIONS, draw
from autograd.show.records import to_json
from autograd.show.render import FORMATS, RenderError
from autograd.show.stepper import step_through
from autograd.show.stepper.terminal import is_interactive, numbered, step_in_terminal
from autograd.value import Value

FAILED, MISUSED = 1, 2
MOST_CHECKED = 50  # inputs: a check of one evaluates the expression some dozen times


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the status is 1 where a gradient is wrong or has no value, 2 where the input is bad."""
    speak_ascii_too()
    try:
        text, status = _run(sys.argv[1:] if argv is None else argv)
    except SystemExit as end:  # argparse has said what is wrong, or helped
        return end.code if isinstance(end.code, int) else MISUSED
    except ExpressionError as error:
        return _complain(str(error), MISUSED)
    except DomainError as error:
        return _complain(str(error).replace(f" (at {error.location})", ""), FAILED)
    except (RenderError, OSError) as error:
        return _complain(str(error), FAILED)
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
    explaining = commands.add_parser(
        "explain", help="the values, every chain-rule step, the gradients and their checks"
    )
    explaining.add_argument("--wrt", metavar="NAMES", default="", help="derive only these, as in w,b; lists every path")
    explaining.add_argument("--simplify", action="store_true", help="show closed forms too, as y − t, where they hold")
    explaining.add_argument("--json", action="store_true", help="print records instead of text")
    explaining.add_argument("--svg", metavar="FILE", help="draw the graph too")
    explaining.set_defaults(run=_explain)
    drawing = commands.add_parser("draw", help="the graph as a picture")
    drawing.add_argument(
        "-o", "--output", metavar="FILE", required=True, help=f"its suffix is one of {', '.join(FORMATS)}"
    )
    drawing.add_argument("--focus", metavar="NAMES", default="", help="the paths from these, as w,b; the rest folded")
    drawing.add_argument("--level", metavar="KIND", help="scalar draws every node of a large graph too")
    drawing.add_argument("--max-nodes", metavar="N", type=int, default=150, help="fold a graph of more than N nodes")
    drawing.add_argument("--direction", choices=DIRECTIONS, default=DIRECTIONS[0], help="which way the arrows go")
    drawing.add_argument("--show", metavar="WHAT", default=",".join(SHOWN), help=f"some of {','.join(SHOWN)}")
    drawing.add_argument("--precision", metavar="N", type=int, default=4, help="how many digits numbers have")
    drawing.add_argument("--legend", action="store_true", help="add what the shapes mean")
    drawing.set_defaults(run=_draw)
    stepping = commands.add_parser("step", help="play the forward and the backward pass: in the terminal, or as a page")
    stepping.add_argument("-o", "--output", metavar="FILE", help="write a page instead; its suffix is .html")
    stepping.add_argument("--quiz", action="store_true", help="let the page ask for each number")
    stepping.add_argument("--plain", action="store_true", help="print all steps, one a line, for screen readers too")
    stepping.set_defaults(run=_step)
    for command in (explaining, drawing, stepping):
        command.add_argument("expression", metavar="EXPR", help='as in "z = w*x + b; sigmoid(z)"')
        command.add_argument(
            "values", metavar="name=value", nargs="*", help="a number for each variable, as in w=2 x=0.5"
        )
    listing = commands.add_parser("ops", help="the table of operations, with what is chosen at kinks")
    listing.add_argument("name", nargs="?", help="one operation, in detail")
    listing.add_argument("--markdown", action="store_true", help="the table of kinks in Markdown")
    listing.set_defaults(run=_ops)
    return parser


# ---- the commands: each returns what to print, and the exit status


def _explain(args: argparse.Namespace) -> tuple[str, int]:
    program, values = _inputs(args)
    result = _evaluate(program, values)
    chosen = _nodes(args.wrt, result)
    derivation = explain(result, chosen, simplify=args.simplify)
    first = dict.fromkeys([*(v.label for v in chosen if v.label in values), *values])
    checked = {name: values[name] for name in list(first)[:MOST_CHECKED]}
    checks = check_gradient(lambda some: program.evaluate(values | some), checked) if checked else ()
    if args.svg:
        _write(result, args.svg)
    status = 0 if all(checks) else FAILED
    if args.json:
        verdicts = [verdict.to_dict() for verdict in checks]
        record = {"expression": program.text, **derivation.to_dict(), "checks": verdicts}
        return to_json(record, indent=2), status
    parts = derivation.sections()
    if values:
        rest = len(values) - len(checked)
        table = str(checks) + (f"\n… {rest} more inputs: name those to check with --wrt" if rest else "")
        parts.append(("Check: the gradients beside numerical ones", _indented(table)))
    if args.svg:
        parts.append(("Drawing", f"  {args.svg}"))
    return "\n\n".join(f"{title}\n{body}" for title, body in parts), status


def _draw(args: argparse.Namespace) -> tuple[str, int]:
    program, values = _inputs(args)
    options = {name: getattr(args, name) for name in ("level", "max_nodes", "direction", "precision", "legend")}
    options |= {"focus": _listed(args.focus) or None, "show": _listed(args.show)}
    _write(_evaluate(program, values), args.output, **options)
    return f"drawn: {args.output}", 0


def _step(args: argparse.Namespace) -> tuple[str, int]:
    if args.quiz and not args.output:
        raise ExpressionError("--quiz: a page asks; write one with -o FILE.html")
    program, values = _inputs(args)
    try:
        stepper = step_through(_evaluate(program, values), quiz=args.quiz)
        if args.output:
            _saved(stepper.save, args.output)
            return f"written: {args.output}", 0
    except DomainError:
        raise
    except ValueError as error:
        raise ExpressionError(str(error)) from None
    if args.plain or not is_interactive():
        return "\n".join(numbered(stepper.playback)), 0
    return step_in_terminal(stepper.playback), 0


def _ops(args: argparse.Namespace) -> tuple[str, int]:
    if args.markdown:
        return catalogue.markdown(), 0
    if args.name is None:
        return catalogue.text(), 0
    if args.name not in TABLE:
        raise ExpressionError(f"no operation {args.name!r}{did_you_mean(args.name, TABLE)}")
    return catalogue.details(TABLE[args.name]), 0


# ---- what they are given


def _inputs(args: argparse.Namespace) -> tuple[Program, dict[str, Any]]:
    program = parse(args.expression)
    return program, given_values(program, args.values)


def _evaluate(program: Program, values: dict[str, Any]) -> Value:
    """The result, by a name of its own and with gradients."""
    result = program.evaluate(values)
    free = (name for name in ("y", "L", "f", "result") if name not in {*program.variables, *program.assigned})
    result.label = result.label or next(free, "")
    result.backward()
    return result


def _nodes(wrt: str, result: Value) -> list[Value]:
    by_label = {v.label: v for v in topological_order(result) if v.label}
    names = _listed(wrt)
    for name in names:
        if name not in by_label:
            known = did_you_mean(name, by_label) or f": there are {', '.join(by_label)}"
            raise ExpressionError(f"--wrt {name}: the result does not depend on {name!r}{known}")
    return [by_label[name] for name in names]


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _write(result: Value, file: str, **options: Any) -> None:
    if Path(file).suffix.removeprefix(".").lower() not in FORMATS:
        raise ExpressionError(f"{file}: the suffix tells the format; write one of .{', .'.join(FORMATS)}")
    try:
        drawing = draw(result, **options)
    except ValueError as error:
        raise ExpressionError(str(error)) from None
    _saved(drawing.render, file)


def _saved(save: Callable[[str], Any], file: str) -> None:
    try:
        save(file)
    except OSError as error:
        raise OSError(f"{file}: {error.strerror or error}") from None


def _shielded(word: str) -> str:
    """An expression that begins with a minus, kept from being read as an option."""
    is_option = word in ("-h", "-o", "--") or re.fullmatch(r"--([a-z]+|max-nodes)(=.*)?", word, re.DOTALL)
    return f" {word}" if word.startswith("-") and not is_option else word


# ---- what they print


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _complain(message: str, status: int) -> int:
    print(f"autograd: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())

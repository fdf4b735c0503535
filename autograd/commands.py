"""The commands of the command line: each returns what to print, and the exit status.

What was given and cannot be used raises ValueError.
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from autograd.check import check_gradient
from autograd.expression import Program, did_you_mean, given_values, parse
from autograd.graph import topological_order
from autograd.notes import check_files
from autograd.notes.watching import watch
from autograd.ops import TABLE
from autograd.show import catalogue
from autograd.show.derivation import explain
from autograd.show.drawing import draw
from autograd.show.records import to_json
from autograd.show.stepper import step_through
from autograd.show.stepper.terminal import is_interactive, numbered, step_in_terminal
from autograd.value import Value

DONE, FAILED, MISUSED = 0, 1, 2
MOST_CHECKED = 50  # inputs: a check of one evaluates the expression some dozen times


def run_explain(args: Namespace) -> tuple[str, int]:
    """The derivation, and its gradients beside numerical ones."""
    program, values, result = _evaluated(args)
    chosen = _nodes(args.wrt, result)
    derivation = explain(result, chosen, simplify=args.simplify)
    first = dict.fromkeys([*(v.label for v in chosen if v.label in values), *values])
    checked = {name: values[name] for name in list(first)[:MOST_CHECKED]}
    checks = check_gradient(lambda some: program.evaluate(values | some), checked) if checked else ()
    if args.svg:
        draw(result).render(args.svg)
    status = DONE if all(checks) else FAILED
    if args.json:
        verdicts = [verdict.to_dict() for verdict in checks]
        return to_json({"expression": program.text, **derivation.to_dict(), "checks": verdicts}, indent=2), status
    parts = derivation.sections()
    if values:
        rest = len(values) - len(checked)
        more = f"\n… {rest} more inputs: name those to check with --wrt" if rest else ""
        parts.append(("Check: the gradients beside numerical ones", _indented(f"{checks}{more}")))
    if args.svg:
        parts.append(("Drawing", _indented(args.svg)))
    return "\n\n".join(f"{title}\n{body}" for title, body in parts), status


def run_draw(args: Namespace) -> tuple[str, int]:
    """The graph as a picture."""
    *_, result = _evaluated(args)
    options = {name: getattr(args, name) for name in ("level", "max_nodes", "direction", "precision", "legend")}
    draw(result, focus=_listed(args.focus) or None, show=_listed(args.show), **options).render(args.output)
    return f"drawn: {args.output}", DONE


def run_step(args: Namespace) -> tuple[str, int]:
    """The passes: as a page, in the terminal, or as text."""
    if args.quiz and not args.output:
        raise ValueError("--quiz: a page asks; write one with -o FILE.html")
    *_, result = _evaluated(args)
    stepper = step_through(result, quiz=args.quiz)
    if args.output:
        stepper.save(args.output)
        return f"written: {args.output}", DONE
    if args.plain or not is_interactive():
        return "\n".join(numbered(stepper.playback)), DONE
    return step_in_terminal(stepper.playback), DONE


def run_check(args: Namespace) -> tuple[str, int]:
    """The verdict on each claim in files of notes; as a page too, or as records."""
    if args.watch:
        watch(args.files, lambda: print(_checked_or_why_not(args), flush=True))
        return "", DONE
    return _checked(args)


def _checked_or_why_not(args: Namespace) -> str:
    """What to print after a save, which may have left something that can't be read."""
    try:
        return _checked(args)[0]
    except (ValueError, OSError) as error:
        return f"autograd: {error}"


def _checked(args: Namespace) -> tuple[str, int]:
    reports = check_files(args.files)
    status = DONE if reports else FAILED
    text = to_json(reports.to_dict(), indent=2) if args.json else reports.listing(verbose=args.verbose)
    if not args.html:
        return text, status
    try:
        reports.save(args.html)
    except OSError as error:
        return f"{text}\nautograd: {args.html} cannot be written: {error.strerror}", MISUSED
    return text if args.json else f"{text}\nwritten: {args.html}", status


def run_ops(args: Namespace) -> tuple[str, int]:
    """The table of operations, or one of them."""
    if args.markdown:
        return catalogue.markdown(), DONE
    if args.name is None:
        return catalogue.text(), DONE
    if args.name not in TABLE:
        raise ValueError(f"no operation {args.name!r}{did_you_mean(args.name, TABLE)}")
    return catalogue.details(TABLE[args.name]), DONE


# ---- what they are given


def _evaluated(args: Namespace) -> tuple[Program, dict[str, Any], Value]:
    """The expression, its inputs, and its result, by a name of its own and with gradients."""
    program = parse(args.expression)
    values = given_values(program, args.values)
    result = program.evaluate(values)
    free = (name for name in ("y", "L", "f", "result") if name not in {*program.variables, *program.assigned})
    result.label = result.label or next(free, "")
    result.backward()
    return program, values, result


def _nodes(wrt: str, result: Value) -> list[Value]:
    by_label = {v.label: v for v in topological_order(result) if v.label}
    names = _listed(wrt)
    for name in names:
        if name not in by_label:
            known = did_you_mean(name, by_label) or f": there are {', '.join(by_label)}"
            raise ValueError(f"--wrt {name}: the result does not depend on {name!r}{known}")
    return [by_label[name] for name in names]


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())

"""A program as text: one line an instruction, as `print(tape)` shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd.replay.program import Program


def listing(program: Program, labels: Sequence[str]) -> Iterator[str]:
    """The lines: inputs with their names, constants, instructions with their scopes, and what is returned."""
    yield summary(program)
    for k, label in enumerate(labels):
        yield f"%{k} = input {one_line(label)}"
    for k, x in enumerate(program.constants.tolist(), program.inputs):
        yield f"%{k} = {x!r}"
    for k in range(len(program)):
        operands = ", ".join(f"%{x}" for x in program.operands_of(k))
        line = f"%{program.first + k} = {program.rows[program.codes[k]].name}({operands})"
        scope = program.scopes[program.scope_of[k]]
        yield f"{line}  # {one_line(' / '.join(scope))}" if scope else line
    yield f"return {', '.join(f'%{x}' for x in program.outputs)}"


def one_line(text: str) -> str:
    """A label or a scope as part of a line: it may come from a file, and hold anything.

    >>> one_line("layer\\n1")
    'layer 1'
    """
    return "".join(c if c.isprintable() else " " for c in text)


def summary(program: Program) -> str:
    """How large it is."""
    counts = [
        (program.inputs, "input"),
        (len(program.constants), "constant"),
        (len(program), "instruction"),
        (len(program.outputs), "output"),
    ]
    return ", ".join(f"{n} {what}{'s' * (n != 1)}" for n, what in counts)

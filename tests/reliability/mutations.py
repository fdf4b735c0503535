"""What a mutant is: one small change of a module's syntax tree, such as a bug is made of."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COMPUTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
SYMMETRIC = ("max", "min", "np.add", "np.multiply")
NOT_RUN = ("TYPE_CHECKING", "__name__ == '__main__'")
Change = Callable[[], None]


class Mutation(NamedTuple):
    """The `number`-th change of a module, and where it is: its line; the functions and classes, or a name assigned."""

    number: int
    line: int
    around: tuple[str, ...]


class Mutant(NamedTuple):
    """A changed module, whose line numbers are those of the source, and the change in words."""

    tree: ast.Module
    what: str


def mutations(source: str) -> list[Mutation]:
    """All of them, in the order of the source."""
    return [Mutation(k, node.lineno, around) for k, (node, around, _) in enumerate(_changes(ast.parse(source)))]


def mutant(source: str, number: int) -> Mutant:
    """The module with that change."""
    tree = ast.parse(source)
    node, _, change = next(islice(_changes(tree), number, None))
    before = _written(node)
    change()
    return Mutant(ast.fix_missing_locations(tree), f"{before} -> {_written(node)}")


def _written(node: Any) -> str:
    """Of a statement with a body only its condition."""
    return f"{ast.unparse(node.test if isinstance(node, (ast.If, ast.While)) else node):.100}"


def _changes(tree: ast.AST, around: tuple[str, ...] = ()) -> Iterator[tuple[Any, tuple[str, ...], Change]]:
    for node in _children(tree):
        inner = around
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            inner = (*around, node.name)
        elif isinstance(node, ast.Assign) and not around:
            inner = tuple(name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name))
        for kinds, changes_of in CHANGES:
            if isinstance(node, kinds):
                yield from ((node, inner, change) for change in changes_of(node))
        yield from _changes(node, inner)


def _children(tree: ast.AST) -> Iterator[ast.AST]:
    """What tests may run: no annotations, docstrings or overloads, nothing for type checkers, nor `strict` of zip."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.AST) and not _for_readers(node):
                yield node


def _for_readers(node: ast.AST) -> bool:
    if isinstance(node, ast.If) and ast.unparse(node.test) in NOT_RUN:
        return True
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        words = {ast.unparse(x) for x in (*node.decorator_list, *getattr(node, "bases", ()))}
        return not words.isdisjoint({"overload", "Protocol", "NamedTuple"})
    if isinstance(node, ast.keyword):
        return node.arg == "strict"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _compare(node: Any) -> Iterator[Change]:
    for k, op in enumerate(node.ops):
        yield partial(node.ops.__setitem__, k, COMPARED[type(op)]())


def _compute(node: Any) -> Iterator[Change]:
    if other := COMPUTED.get(type(node.op)):
        yield partial(setattr, node, "op", other())


def _join(node: Any) -> Iterator[Change]:
    yield partial(setattr, node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())


def _constant(node: Any) -> Iterator[Change]:
    """Strings are left: names that are looked up, and texts."""
    if isinstance(node.value, bool):
        yield partial(setattr, node, "value", not node.value)
    elif isinstance(node.value, (int, float)):
        yield partial(setattr, node, "value", node.value + 1 if node.value + 1 != node.value else 2 * node.value)


def _unary(node: Any) -> Iterator[Change]:
    """`-x` becomes `x`, and so does `not x`."""
    if isinstance(node.op, (ast.Not, ast.USub)):
        yield partial(_become, node, node.operand)


def _test(node: Any) -> Iterator[Change]:
    yield partial(setattr, node, "test", ast.UnaryOp(ast.Not(), node.test))


def _swap(node: Any) -> Iterator[Change]:
    """The first two arguments, if they differ, and which is which matters."""
    first = node.args[:2] if ast.unparse(node.func) not in SYMMETRIC else []
    if len({ast.unparse(x) for x in first}) == 2 and not any(isinstance(x, ast.Starred) for x in first):
        yield partial(node.args.__setitem__, slice(0, 2), node.args[1::-1])


def _return(node: Any) -> Iterator[Change]:
    if node.value and ast.unparse(node.value) != "None":
        yield partial(setattr, node, "value", ast.Constant(None))


def _augmented(node: Any) -> Iterator[Change]:
    """`+=` becomes `=`."""
    yield partial(_become, node, ast.Assign([node.target], node.value))


def _drop(node: Any) -> Iterator[Change]:
    yield partial(_become, node, ast.Pass())


def _become(node: ast.AST, other: ast.AST) -> None:
    """The node, in its place, becomes the other one."""
    lines = {name: getattr(node, name) for name in node._attributes}
    node.__class__ = other.__class__
    vars(node).clear()
    vars(node).update(lines | vars(other))


CHANGES: list[tuple[Any, Callable[[Any], Iterator[Change]]]] = [
    (ast.Compare, _compare),
    (ast.BinOp, _compute),
    (ast.BoolOp, _join),
    (ast.Constant, _constant),
    (ast.UnaryOp, _unary),
    ((ast.If, ast.While, ast.IfExp), _test),
    (ast.Call, _swap),
    (ast.Return, _return),
    (ast.AugAssign, _augmented),
    ((ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Delete), _drop),
]

"""Syntax trees of formulas at random, and the LaTeX that says each: an inverse of the parser, written apart from it."""

from hypothesis import strategies as st

from autograd.notes.syntax import (
    Annotated,
    At,
    Big,
    Cases,
    Derivative,
    Fraction,
    Function,
    Group,
    Indexed,
    Matrix,
    Name,
    Node,
    Number,
    Power,
    Primed,
    Product,
    Relation,
    Root,
    Sum,
    Tagged,
    Transposed,
)

NAMES = {"x": "x", "w": "w", "L": "L", "θ": r"\theta", "ŷ": r"\hat y", "x̄": r"\bar{x}", "label": r"\text{label}"}
BRACKETS = {"(": "()", "[": "[]", "{": (r"\{", r"\}"), "|": "||", "‖": (r"\|", r"\|")}
SIGNS = {"·": r"\cdot", "×": r"\times", "*": r"\ast", "⊙": r"\odot", "/": "/", "": "", "±": r"\pm"}
RELATIONS = {"=": "=", "≈": r"\approx", ":=": ":=", "←": r"\leftarrow", "≡": r"\equiv", "∝": r"\propto", "≠": r"\ne"}
RELATIONS |= {"∈": r"\in", "→": r"\to", "<": "<", "≤": r"\le", ">": r"\gt", "≥": r"\ge"}


def written(node: Node) -> str:
    """LaTeX of a tree, with a space between any two tokens."""
    return globals()[f"_{type(node).__name__.lower()}"](node)


def _name(node):
    return NAMES.get(node.text, node.text)


def _number(node):
    return node.text


def _indexed(node):
    return f"{_base(node.base, Indexed)}_{{{', '.join(map(written, node.indices))}}}"


def _tagged(node):
    return f"{_base(node.base, Tagged)}^{{({written(node.tag)})}}"


def _primed(node):
    return _base(node.base, Primed) + "'" * node.count


def _transposed(node):
    return _base(node.base, Transposed) + r"^\top"


def _power(node):
    return f"{_base(node.base, Power)}^{{{written(node.exponent)}}}"


def _base(node, outer):
    """A script's base: in braces where it has a script above already."""
    inner = node.base if isinstance(node, Indexed) else node
    above = isinstance(inner, Tagged | Primed | Transposed | Power) and outer is not Indexed
    below = isinstance(node, Indexed) and outer is Indexed
    return f"{{{written(node)}}}" if above or below else written(node)


def _group(node):
    opening, closing = BRACKETS[node.bracket]
    return rf"\left{opening} {', '.join(map(written, node.parts))} \right{closing}"


def _sum(node):
    signed = [f"{SIGNS.get(s, s)} {written(t)}" for s, t in zip(node.signs, node.terms, strict=True)]
    return " ".join(signed).removeprefix("+ ")


def _product(node):
    return " ".join(f"{SIGNS[s]} {written(f)}" for s, f in zip(node.signs, node.factors, strict=True)).strip()


def _fraction(node):
    return rf"\frac{{{written(node.over)}}}{{{written(node.under)}}}"


def _root(node):
    degree = f"[{written(node.degree)}]" if node.degree else ""
    return rf"\sqrt{degree}{{{written(node.radicand)}}}"


def _function(node):
    exponent = f"^{{{written(node.exponent)}}}" if node.exponent else ""
    base = f"_{{{written(node.base)}}}" if node.base else ""
    return rf"\operatorname{{{node.name}}}{base}{exponent}({', '.join(map(written, node.arguments))})"


def _big(node):
    lower = ", ".join(map(written, node.indices))
    if isinstance(node.lower, Relation):
        lower = written(node.lower)
    elif node.lower:
        lower += " = " + written(node.lower)
    upper = f"^{{{written(node.upper)}}}" if node.upper else ""
    return rf"\{node.kind}_{{{lower}}}{upper} {written(node.body)}"


def _derivative(node):
    order = f"^{len(node.wrt)}" if len(node.wrt) > 1 else ""
    below = " ".join(rf"\partial {written(each)}" for each in node.wrt)
    return rf"\frac{{\partial{order} {written(node.of) if node.of else ''}}}{{{below}}}"


def _at(node):
    return rf"\left. {written(node.body)} \right|_{{{', '.join(map(written, node.conditions))}}}"


def _matrix(node):
    rows = r" \\ ".join(" & ".join(map(written, row)) for row in node.rows)
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"


def _cases(node):
    conditions = [rf"\text{{if }} {written(c)}" if c else r"\text{otherwise}" for c in node.conditions]
    rows = r" \\ ".join(f"{written(v)} & {c}" for v, c in zip(node.values, conditions, strict=True))
    return rf"\begin{{cases}} {rows} \end{{cases}}"


def _annotated(node):
    return rf"\underset{{{written(node.remark)}}}{{{written(node.body)}}}"


def _relation(node):
    signs = [RELATIONS[sign] for sign in node.signs]
    sides = [written(side) for side in node.sides if side]
    first = [] if node.sides[0] is None else [sides.pop(0)]
    return " ".join(first + [f"{sign} {side}" for sign, side in zip(signs, sides, strict=True)])


# ---- trees at random

names = st.sampled_from([*NAMES]).map(Name)
numbers = st.sampled_from(["0", "1", "2", "0.50", "37"]).map(Number)
indices = st.lists(st.sampled_from([Name("i"), Name("j"), Number("1"), Number("12")]), min_size=1, max_size=3).map(
    tuple
)
tagged = names | st.builds(Tagged, names, st.sampled_from([Number("1"), Name("i")]))
named = tagged | st.builds(Indexed, tagged, indices)


def _products(factors):
    """Factors side by side or with signs; numbers stand only where they cannot be taken for something else."""
    loose = factors.filter(lambda node: not isinstance(node, Number))
    signed = st.tuples(st.sampled_from("·×*⊙/"), factors | numbers)
    rest = st.lists(st.tuples(st.just(""), loose) | signed, min_size=1, max_size=3)
    return st.builds(_product_of, factors | numbers, rest)


def _product_of(first, rest):
    return Product((first, *(factor for _, factor in rest)), ("", *(sign for sign, _ in rest)))


def _sums(terms):
    signed = st.tuples(st.sampled_from("+-±"), terms)
    return st.tuples(st.tuples(st.sampled_from("+-"), terms), st.lists(signed, max_size=2)).map(_sum_of)


def _sum_of(parts):
    first, rest = parts
    if first[0] == "+" and not rest:
        rest = [("-", first[1])]
    signs, terms = zip(first, *rest, strict=True)
    return Sum(terms, signs)


def _larger(inner):
    """Terms of smaller ones."""
    anything = inner | _sums(inner)
    groups = st.builds(Group, st.lists(anything, min_size=1, max_size=3).map(tuple), st.sampled_from("([{"))
    bars = st.builds(lambda part, bar: Group((part,), bar), anything, st.sampled_from("|‖"))
    based = named | groups
    factors = st.one_of(
        based,
        bars,
        st.builds(Power, based | numbers, anything),
        st.builds(Transposed, based),
        st.builds(Primed, based, st.integers(1, 3)),
        st.builds(Fraction, anything, anything),
        st.builds(Root, anything, st.none() | numbers),
        _functions(anything),
        _derivatives(named, groups),
        st.builds(At, anything, st.builds(_equals, named, numbers).map(lambda each: (each,))),
        _matrices(anything),
        _cases_of(anything),
        st.builds(Annotated, named, st.just(_shape())),
    )
    sums = st.builds(_sum_over, factors | _products(factors), st.sampled_from(["sum", "prod", "max"]), numbers)
    return factors | _products(factors) | sums


def _shape():
    return Product((Name("m"), Name("n")), ("", "×"))


def _equals(name, value):
    return Relation((name, value), ("=",))


def _sum_over(body, kind, number):
    if kind == "max":
        return Big(kind, (Name("i"), Name("j")), None, None, body)
    lower = number if number.text != "0" else Relation((Name("i"), Name("j")), ("≠",))
    return Big(kind, (Name("i"),), lower, Name("m"), body)


def _functions(inner):
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    plain = st.builds(Function, st.sampled_from(["exp", "tanh", "softmax", "relu", "max"]), several)
    powers = st.builds(Function, st.just("sin"), several, numbers)
    logs = st.builds(Function, st.just("log"), several, st.none() | numbers, st.none() | numbers)
    return plain | powers | logs


def _derivatives(by, of):
    return st.builds(Derivative, st.none() | by | of, st.lists(by, min_size=1, max_size=2).map(tuple))


def _matrices(inner):
    row = st.tuples(inner, inner)
    return st.lists(row, min_size=1, max_size=2).map(lambda rows: Matrix(tuple(rows)))


def _cases_of(inner):
    row = st.tuples(inner, st.none() | st.builds(_equals, named, numbers))
    return st.lists(row, min_size=1, max_size=2).map(lambda rows: Cases(*map(tuple, zip(*rows, strict=True))))


terms = st.recursive(names | numbers, _larger, max_leaves=6)
expressions = terms | _sums(terms)
sides = st.lists(expressions, min_size=2, max_size=3)
relations = st.builds(
    lambda sides, data: Relation(tuple(sides), tuple(data[: len(sides) - 1])),
    sides,
    st.lists(st.sampled_from([*RELATIONS]), min_size=2, max_size=2),
)

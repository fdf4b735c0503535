"""Syntax trees of formulas at random, and the LaTeX that says each: an inverse of the parser, written apart from it."""

from hypothesis import strategies as st

from autograd.notes.formulas.syntax import (
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


# ---- trees at random: each function draws a tree of at most a depth

names = st.sampled_from([*NAMES]).map(Name)
numbers = st.sampled_from(["0", "1", "2", "0.50", "37"]).map(Number)
indices = st.lists(st.sampled_from([Name("i"), Name("j"), Number("1"), Number("12")]), min_size=1, max_size=3).map(
    tuple
)
tagged = names | st.builds(Tagged, names, st.sampled_from([Number("1"), Name("i")]))
named = tagged | st.builds(Indexed, tagged, indices)
equations = st.builds(lambda name, number: Relation((name, number), ("=",)), named, numbers)
SHAPE = Product((Name("m"), Name("n")), ("", "×"))


@st.composite
def expressions(draw, depth=3):
    """A sum, or a term."""
    if draw(st.booleans()):
        return draw(terms(depth))
    count = draw(st.integers(1, 3))
    signs = (draw(st.sampled_from("+-" if count > 1 else "-")), *draw(_several(st.sampled_from("+-±"), count - 1)))
    return Sum(draw(_several(terms(depth - 1), count)), signs)


@st.composite
def terms(draw, depth=3):
    """A product, a factor, or a Σ of one: a sum's body reaches to the end of the term."""
    kind = draw(st.sampled_from("pfΣn"))
    if depth <= 0 or kind == "n":
        return draw(names | numbers)
    if kind == "f":
        return draw(factors(depth))
    if kind == "p":
        return draw(products(depth))
    return _ranging(draw(products(depth - 1) | factors(depth - 1)), draw(numbers), draw(st.sampled_from("∑∏⋁")))


@st.composite
def products(draw, depth=3):
    """Factors side by side, or signs between; numbers stand where they cannot be taken for something else."""
    found, signs = [draw(factors(depth - 1) | numbers)], [""]
    for sign in draw(st.lists(st.sampled_from(["", *"·×*⊙/"]), min_size=1, max_size=3)):
        found.append(draw(factors(depth - 1) | numbers if sign else factors(depth - 1)))
        signs.append(sign)
    return Product(tuple(found), tuple(signs))


@st.composite
def factors(draw, depth=3):
    """What may stand beside others."""
    return draw(draw(st.sampled_from(FACTORS))(max(depth - 1, 0))) if depth > 0 else draw(named)


def _several(strategy, least, most=0):
    return st.lists(strategy, min_size=least, max_size=max(least, most)).map(tuple)


def _groups(depth):
    return st.builds(Group, _several(expressions(depth), 1, 3), st.sampled_from("([{"))


def _bars(depth):
    return st.builds(Group, _several(expressions(depth), 1), st.sampled_from("|‖"))


def _ranging(body, number, kind):
    if kind == "⋁":
        return Big("max", (Name("i"), Name("j")), None, None, body)
    lower = number if number.text != "0" else Relation((Name("i"), Name("j")), ("≠",))
    return Big("sum" if kind == "∑" else "prod", (Name("i"),), lower, Name("m"), body)


def _functions(depth):
    arguments = _several(expressions(depth), 1, 3)
    plain = st.builds(Function, st.sampled_from(["exp", "tanh", "softmax", "relu", "max"]), arguments)
    powers = st.builds(Function, st.just("sin"), arguments, numbers)
    return plain | powers | st.builds(Function, st.just("log"), arguments, st.none() | numbers, st.none() | numbers)


def _cases_of(depth):
    row = st.tuples(expressions(depth), st.none() | equations)
    return _several(row, 1, 2).map(lambda rows: Cases(*zip(*rows, strict=True)))


FACTORS = [
    lambda depth: named,
    _groups,
    _bars,
    _functions,
    _cases_of,
    lambda depth: st.builds(Power, named | numbers | _groups(depth), expressions(depth)),
    lambda depth: st.builds(Transposed, named | _groups(depth)),
    lambda depth: st.builds(Primed, named | _groups(depth), st.integers(1, 3)),
    lambda depth: st.builds(Fraction, expressions(depth), expressions(depth)),
    lambda depth: st.builds(Root, expressions(depth), st.none() | numbers),
    lambda depth: st.builds(Derivative, st.none() | named | _groups(depth), _several(named, 1, 2)),
    lambda depth: st.builds(At, expressions(depth), _several(equations, 1, 2)),
    lambda depth: st.builds(Matrix, _several(_several(expressions(depth), 2), 1, 2)),
    lambda depth: st.builds(Annotated, named, st.just(SHAPE)),
]


@st.composite
def relations(draw):
    """Two or three sides and the signs between them."""
    count = draw(st.integers(2, 3))
    return Relation(draw(_several(expressions(), count)), draw(_several(st.sampled_from([*RELATIONS]), count - 1)))

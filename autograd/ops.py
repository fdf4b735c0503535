"""The table: every scalar operation, declared once. Everything else interprets it.

Letters: y is the result of an operation, a and b its operands. A partial is the formula of one local
derivative, dy/da or dy/db, as a function of (y, a, b). Formulas are written with operations only, so a
row works on floats, on Values, on symbols, and from symbols comes fast code.

A formula computes; where it is not what a textbook prints, `textbook` says that. tanh' is 1 - y**2 on
paper, but in floats that has no correct digit beyond |a| = 19, so it is computed as sech(a)**2.
`if` is spelled `where`, and both of its branches must be smooth, so that derivatives have derivatives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from inspect import Parameter, Signature, signature
from keyword import iskeyword
from typing import Any, ClassVar, TypeVar, overload

from autograd import kernels

Formula = Callable[..., Any]
T = TypeVar("T", bound="Operators")

TABLE: dict[str, Operation] = {}


class Operation:
    """One row of the table, and the function that it declares: `exp(2.0)`, `exp(v)`.

    Attributes: `name`; `value`, the formula of y (None for what Python's floats or math module provide);
    `partials`, one formula an operand; `domain` and `kinks`, conditions on the operands in Python's syntax;
    `infix`, `latex` and `textbook`, how it is written; `stable`, the operation to use instead when an
    operand that came from the operation named (or from any: "") is out of the domain.
    """

    compiler: ClassVar[Callable[[Operation], Callable[..., Any]]]
    users_own = False

    def __init__(
        self,
        name: str,
        *partials: Formula,
        value: Formula | None = None,
        domain: str = "",
        kinks: str = "",
        infix: str = "",
        latex: str = "",
        textbook: Sequence[str] = (),
        stable: Mapping[str, str] | None = None,
    ) -> None:
        if name in TABLE and not TABLE[name].users_own:
            raise ValueError(f"operation {name!r} is already declared: choose another name")
        self.name, self.value, self.partials = name, value, partials
        self.domain, self.kinks, self.infix, self.latex = domain, kinks, infix, latex
        self.textbook, self.stable = tuple(textbook), dict(stable or {})
        self.made: dict[Any, Any] = {}
        self.__signature__ = self._signature()
        self.operands = tuple(self.__signature__.parameters)
        self.eager: Callable[..., Any] = self._compile_at_first_use
        TABLE[name] = self

    @overload
    def __call__(self, *operands: float, **named: float) -> float: ...  # type: ignore[overload-overlap]  # floats alone give a float
    @overload
    def __call__(self, *operands: T | float, **named: T | float) -> T: ...
    def __call__(self, *operands: Any, **named: Any) -> Any:
        return self.eager(*operands, **named)

    def __repr__(self) -> str:
        return f"<operation {self.name}{self.__signature__}>"

    def __reduce__(self) -> tuple[Callable[[str], Operation], tuple[str]]:
        return operation, (self.name,)

    def _signature(self) -> Signature:
        """The operands' names are those of a formula; defaults are those of the value's formula."""
        if self.value is not None and _takes_names(self.value):
            return signature(self.value)
        names = list(signature(self.partials[0]).parameters)[1:]
        return Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names])

    def _compile_at_first_use(self, *operands: Any, **named: Any) -> Any:
        for x in operands:
            if hasattr(x, "__operation__"):  # a symbol: needs no code, and code is made from symbols
                return x.__operation__(self, operands)
        self.eager = Operation.compiler(self)
        return self.eager(*operands, **named)


class Operators:
    """What + - * / ** mean for an operand: rows of the table."""

    __slots__ = ()

    # fmt: off
    def __add__(self: T, other: T | float) -> T: return add(self, other)
    def __radd__(self: T, other: T | float) -> T: return add(other, self)
    def __sub__(self: T, other: T | float) -> T: return sub(self, other)
    def __rsub__(self: T, other: T | float) -> T: return sub(other, self)
    def __mul__(self: T, other: T | float) -> T: return mul(self, other)
    def __rmul__(self: T, other: T | float) -> T: return mul(other, self)
    def __truediv__(self: T, other: T | float) -> T: return div(self, other)
    def __rtruediv__(self: T, other: T | float) -> T: return div(other, self)
    def __pow__(self: T, other: T | float) -> T: return power(self, other)
    def __rpow__(self: T, other: T | float) -> T: return power(other, self)
    def __neg__(self: T) -> T: return neg(self)
    def __pos__(self: T) -> T: return positive(self)
    def __abs__(self: T) -> T: return absolute(self)
    # fmt: on


def operation(name: str) -> Operation:
    """The row called `name`. Raises ValueError where there is none.

    >>> operation("tanh")
    <operation tanh(a)>
    """
    try:
        return TABLE[name]
    except KeyError:
        raise ValueError(f"no operation {name!r}: if it is your own, define it first (autograd.ops.define)") from None


def define(name: str, value: Formula, *partials: Formula, **written: Any) -> Operation:
    """Add an operation of your own: `value(a, …)` and, for each operand, `partial(y, a, …)`.

    Partials are written with operations of this package (a function of floats has no second derivative);
    `value` may also be a function of floats, such as `math.lgamma`. Keywords are those of a row: `domain`
    and `kinks` (conditions as text: "a > 0", "a == 1 or a == -1"), `latex` (with operands as `<a>`),
    `textbook`, `stable`. Outside of the domain there is a DomainError: of a function of floats, and of a domain
    with `%`, only where arithmetic refuses.

    Raises ValueError where the name is taken, partials are too few or too many, or a condition is not about
    the operands; TypeError where a partial is not made of operations, or a condition is no text.

    >>> from autograd import Value, exp, grad
    >>> from autograd.ops import define
    >>> bump = define("bump", lambda a: exp(-a * a), lambda y, a: -2.0 * a * y)
    >>> x = Value(1.0)
    >>> bump(x).backward()
    >>> round(x.grad, 6), round(grad(grad(bump))(1.0), 6)
    (-0.735759, 0.735759)
    """
    if not name.isidentifier() or iskeyword(name):
        raise ValueError(f"operation {name!r}: a name is one word of letters, digits and _")
    for kind in ("domain", "kinks"):
        if not isinstance(condition := written.get(kind, ""), str):
            raise TypeError(
                f"operation {name!r}: {kind}={condition!r} is no text: write the condition as "
                f"{kind}='a > 0', or several as 'a == 1 or a == -1'"
            )
    before = TABLE.get(name)
    row = Operation(name, *partials, value=value, **written)
    row.users_own = True
    try:
        _check(row)
        row.eager = Operation.compiler(row)
    except Exception as error:
        del TABLE[name]
        if before is not None:
            TABLE[name] = before
        if isinstance(error, TypeError):
            message = f"operation {name!r}: its value, or a partial, is not a formula of autograd's operations: {error}"
            raise TypeError(message) from error
        raise
    return row


def _check(row: Operation) -> None:
    """A user's row has a partial for each operand, and its conditions are about the operands."""
    name, operands = row.name, row.operands
    if len(row.partials) != len(operands):
        raise ValueError(f"operation {name!r} has {len(operands)} operands but {len(row.partials)} partials")
    if "y" in operands:
        raise ValueError(f"operation {name!r}: y is the result, so an operand needs another name")
    for condition in filter(None, (row.domain, row.kinks)):
        try:
            code = compile(condition, "", "eval")
        except SyntaxError:
            raise ValueError(f"operation {name!r}: the condition {condition!r} is not Python") from None
        if unknown := set(code.co_names) - {*operands}:
            names = ", ".join(sorted(unknown))
            raise ValueError(f"operation {name!r}: the condition {condition!r} names {names}, which is no operand")


def _takes_names(formula: Formula) -> bool:
    try:
        return all(p.kind is p.POSITIONAL_OR_KEYWORD for p in signature(formula).parameters.values())
    except ValueError:  # a built-in that does not tell
        return False


def _head(a: Any) -> Any:
    """The upper 26 bits of a: its square is exact (Dekker 1971)."""
    c = 134217729.0 * a
    return c - (c - a)


def _from_silu_flat(a: Any) -> Any:
    return a - SILU_FLAT - SILU_FLAT_REST


def _gelu_slope_near_flat(a: Any) -> Any:
    """The Taylor series about the root of gelu', where its two terms cancel."""
    d = a - GELU_FLAT - GELU_FLAT_REST
    return d * reduce(lambda series, c: series * d + c, reversed(GELU_TAYLOR))


def _power_slope(y: Any, a: Any, b: Any) -> Any:
    """b a^(b - 1), without the rounding of b - 1. A |b| over 2**53 is even, so that its half is whole."""
    half = a ** (0.5 * b)
    return where(b * b > 2.0**106, b * half * (half / a), where(b < 0.5, b * y / a, b * a ** (b - 1.0)))


def _over_hypot(h: Any, a: Any, b: Any) -> Any:
    """a / h, where h = hypot(a, b), which has few digits where it is subnormal."""
    lifted = LIFT * a / hypot(LIFT * a, LIFT * b)
    return where(h > 1e-290, a / h, where(h > 0.0, lifted, 0.0))


def _over_squares(a: Any, b: Any) -> Any:
    """a / (a**2 + b**2), for numbers of any size: squares would overflow or underflow, and more so in derivatives."""
    h = hypot(a, b)
    scale = where(h > 1e100, LOWER, where(h > 1e-100, 1.0, LIFT))
    scaled = hypot(scale * a, scale * b)
    return where(h > 0.0, scale * (scale * a / scaled / scaled), 0.0)


def _zero(y: Any, a: Any, b: Any) -> float:
    return 0.0


LN2, LN10 = math.log(2.0), math.log(10.0)
SQRT_HALF = math.sqrt(0.5)
TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
ONE_OVER_SQRT_2PI = 1.0 / math.sqrt(2.0 * math.pi)
# fmt: off
SILU_FLAT, SILU_FLAT_REST = -1.2784645427610737, -1.0946994183093437e-16  # their sum is the root of 1 + a + exp(a)
GELU_FLAT, GELU_FLAT_REST = -0.7517915246935645, 1.4956759177009883e-17  # their sum is the root of gelu'
GELU_TAYLOR = (0.4314939923140469, 0.388284982990552, -0.018199676398671087, -0.1140082332972217,
               -0.014771522148244337, 0.019421679838189067, 0.004539228379125415, -0.002239538068073497,
               -0.0007448268386746817, 0.00018633974623233514, 8.615947861116571e-05)
# fmt: on
LIFT, LOWER = 2.0**600, 2.0**-600  # bring numbers to where they have all their digits, and squares are finite

# Rows that formulas above them name.
where: Operation
equal: Operation
log: Operation
sign: Operation
cos: Operation
cosh: Operation
sech: Operation
hypot: Operation
gaussian: Operation
sigmoid: Operation

# fmt: off

# ---- arithmetic
add        = Operation("add", lambda y, a, b: 1.0, lambda y, a, b: 1.0, infix="+", latex="<a> + <b>")
sub        = Operation("sub", lambda y, a, b: 1.0, lambda y, a, b: -1.0, infix="-", latex="<a> - <b>")
mul        = Operation("mul", lambda y, a, b: b, lambda y, a, b: a, infix="*", latex=r"<a> \cdot <b>")
div        = Operation("div", lambda y, a, b: 1.0 / b, lambda y, a, b: -y / b,
                       infix="/", latex=r"\frac{<a>}{<b>}", textbook=("a / b", "1 / b", "-a / b**2"), domain="b != 0",
                       stable={"total": "softmax(x) for exp(x) / sum of exps", "exp": "softmax(x) for exp(x) / sum of exps"})
neg        = Operation("neg", lambda y, a: -1.0, infix="-", latex="-<a>")
power      = Operation("power",
                       lambda y, a, b: where(equal(a, 0.0), where(equal(b, 0.0), 0.0, b * a ** (b - 1.0)), _power_slope(y, a, b)),
                       lambda y, a, b: where(equal(a, 0.0), 0.0, y * log(a)),
                       infix="**", latex="<a>^{<b>}", textbook=("a ** b", "b * a ** (b - 1)", "a ** b * log(a)"),
                       domain="a > 0 or (a == 0 and b >= 0) or (a < 0 and b % 1 == 0)", kinks="a == 0 and b < 1")
positive   = Operation("positive", lambda y, a: 1.0, value=lambda a: a, latex="<a>")
square     = Operation("square", lambda y, a: 2.0 * a, value=lambda a: a * a, latex="<a>^2", textbook=("a**2", "2 * a"))
reciprocal = Operation("reciprocal", lambda y, a: -(y * y), value=lambda a: 1.0 / a,
                       latex=r"\frac{1}{<a>}", textbook=("1 / a", "-1 / a**2"), domain="a != 0")
absolute   = Operation("absolute", lambda y, a: sign(a), kinks="a == 0", latex=r"\left|<a>\right|")
sign       = Operation("sign", lambda y, a: 0.0, value=lambda a: where(a > 0.0, 1.0, where(a < 0.0, -1.0, a)), kinks="a == 0")

# ---- powers, exponentials, logarithms
sqrt       = Operation("sqrt", lambda y, a: 0.5 / y, latex=r"\sqrt{<a>}", textbook=("sqrt(a)", "1 / (2 * y)"),
                       domain="a >= 0", kinks="a == 0")
cbrt       = Operation("cbrt", lambda y, a: 1.0 / (3.0 * y * y), latex=r"\sqrt[3]{<a>}",
                       textbook=("cbrt(a)", "1 / (3 * y**2)"), kinks="a == 0")
exp        = Operation("exp", lambda y, a: y, latex="e^{<a>}",
                       stable={"": "softmax, logsumexp, sigmoid, softplus or log_sigmoid of the exponent, which do not overflow"})
exp2       = Operation("exp2", lambda y, a: LN2 * y, latex="2^{<a>}", textbook=("2**a", "y * log(2)"))
expm1      = Operation("expm1", lambda y, a: exp(a), latex="e^{<a>} - 1", textbook=("exp(a) - 1", "y + 1"))
log        = Operation("log", lambda y, a: 1.0 / a, domain="a > 0",
                       stable={"sigmoid": "log_sigmoid(x) for log(sigmoid(x))",
                               "softmax": "x[k] - logsumexp(x) for log(softmax(x)[k])",
                               "exp": "the exponent itself for log(exp(x))",
                               "total": "logsumexp(x) for the log of a sum of exps",
                               "sub": "log_sigmoid(-x) for log(1 - sigmoid(x)), log1p(-p) for log(1 - p)"})
log2       = Operation("log2", lambda y, a: (1.0 / LN2) / a, domain="a > 0", latex=r"\log_2\left(<a>\right)",
                       textbook=("log2(a)", "1 / (a * log(2))"))
log10      = Operation("log10", lambda y, a: (1.0 / LN10) / a, domain="a > 0", latex=r"\log_{10}\left(<a>\right)",
                       textbook=("log10(a)", "1 / (a * log(10))"))
log1p      = Operation("log1p", lambda y, a: 1.0 / (1.0 + a), domain="a > -1", latex=r"\ln\left(1 + <a>\right)")

# ---- trigonometric and hyperbolic
sin        = Operation("sin", lambda y, a: cos(a))
cos        = Operation("cos", lambda y, a: -sin(a))
tan        = Operation("tan", lambda y, a: 1.0 + y * y, textbook=("tan(a)", "1 + y**2"))
arcsin     = Operation("arcsin", lambda y, a: 1.0 / sqrt((1.0 - a) * (1.0 + a)), textbook=("arcsin(a)", "1 / sqrt(1 - a**2)"),
                       domain="-1 <= a <= 1", kinks="a == -1 or a == 1")
arccos     = Operation("arccos", lambda y, a: -1.0 / sqrt((1.0 - a) * (1.0 + a)), textbook=("arccos(a)", "-1 / sqrt(1 - a**2)"),
                       domain="-1 <= a <= 1", kinks="a == -1 or a == 1")
arctan     = Operation("arctan", lambda y, a: 1.0 / (1.0 + a * a), textbook=("arctan(a)", "1 / (1 + a**2)"))
arctan2    = Operation("arctan2",
                       lambda y, a, b: _over_squares(b, a), lambda y, a, b: -_over_squares(a, b),
                       textbook=("arctan2(a, b)", "b / (a**2 + b**2)", "-a / (a**2 + b**2)"), kinks="a == 0 and b == 0")
sinh       = Operation("sinh", lambda y, a: cosh(a))
cosh       = Operation("cosh", lambda y, a: sinh(a))
tanh       = Operation("tanh", lambda y, a: sech(a) ** 2.0, textbook=("tanh(a)", "1 - y**2"))
sech       = Operation("sech", lambda y, a: -y * tanh(a), value=lambda a: where(abs(a) < 40.0, 1.0 / cosh(a), 2.0 * exp(-abs(a))),
                       textbook=("1 / cosh(a)", "-y * tanh(a)"))
arcsinh    = Operation("arcsinh", lambda y, a: 1.0 / hypot(1.0, a), textbook=("arcsinh(a)", "1 / sqrt(1 + a**2)"))
arccosh    = Operation("arccosh", lambda y, a: 1.0 / (sqrt(a - 1.0) * sqrt(a + 1.0)), textbook=("arccosh(a)", "1 / sqrt(a**2 - 1)"),
                       domain="a >= 1", kinks="a == 1")
arctanh    = Operation("arctanh", lambda y, a: 1.0 / ((1.0 - a) * (1.0 + a)), textbook=("arctanh(a)", "1 / (1 - a**2)"),
                       domain="-1 < a < 1")
hypot      = Operation("hypot", lambda y, a, b: _over_hypot(y, a, b), lambda y, a, b: _over_hypot(y, b, a),
                       latex=r"\sqrt{<a>^2 + <b>^2}", textbook=("sqrt(a**2 + b**2)", "a / y", "b / y"), kinks="a == 0 and b == 0")

# ---- the normal distribution
erf        = Operation("erf", lambda y, a: TWO_OVER_SQRT_PI * gaussian(a), textbook=("erf(a)", "2 / sqrt(pi) * exp(-a**2)"))
erfc       = Operation("erfc", lambda y, a: -TWO_OVER_SQRT_PI * gaussian(a), textbook=("1 - erf(a)", "-2 / sqrt(pi) * exp(-a**2)"))
gaussian   = Operation("gaussian", lambda y, a: -2.0 * y * a, latex="e^{-<a>^2}", textbook=("exp(-a**2)", "-2 * a * y"),
                       value=lambda a: where(abs(a) < 40.0, exp(-(_head(a) * _head(a))) * exp((_head(a) - a) * (_head(a) + a)), 0.0))
normal_pdf = Operation("normal_pdf", lambda y, a: -a * y, latex=r"\varphi\left(<a>\right)",
                       textbook=("exp(-a**2 / 2) / sqrt(2 * pi)", "-a * y"),
                       value=lambda a: where(abs(a) < 40.0, ONE_OVER_SQRT_2PI * exp(-0.5 * (_head(a) * _head(a)))
                                                            * exp(0.5 * (_head(a) - a) * (_head(a) + a)), 0.0))

# ---- activations
sigmoid    = Operation("sigmoid", lambda y, a: y * sigmoid(-a), value=lambda a: where(a < -37.0, exp(a), 1.0 / (1.0 + exp(-a))),
                       latex=r"\sigma\left(<a>\right)", textbook=("1 / (1 + exp(-a))", "y * (1 - y)"))
log_sigmoid = Operation("log_sigmoid", lambda y, a: sigmoid(-a),
                       value=lambda a: where(a > 0.0, -log1p(exp(-a)), a - log1p(exp(a))),
                       latex=r"\ln\sigma\left(<a>\right)", textbook=("log(1 / (1 + exp(-a)))", "1 / (1 + exp(a))"))
softplus   = Operation("softplus", lambda y, a: sigmoid(a), value=lambda a: where(a > 0.0, a + log1p(exp(-a)), log1p(exp(a))),
                       latex=r"\ln\left(1 + e^{<a>}\right)", textbook=("log(1 + exp(a))", "1 / (1 + exp(-a))"))
relu       = Operation("relu", lambda y, a: where(a > 0.0, 1.0, 0.0), value=lambda a: where(a <= 0.0, 0.0, a), kinks="a == 0")
leaky_relu = Operation("leaky_relu", lambda y, a, slope: where(a > 0.0, 1.0, slope), lambda y, a, slope: where(a > 0.0, 0.0, a),
                       value=lambda a, slope=0.01: where(a > 0.0, a, slope * a), kinks="a == 0")
elu        = Operation("elu", lambda y, a, alpha: where(a > 0.0, 1.0, alpha * exp(a)), lambda y, a, alpha: where(a > 0.0, 0.0, expm1(a)),
                       value=lambda a, alpha=1.0: where(a > 0.0, a, alpha * expm1(a)), kinks="a == 0 and alpha != 1")
gelu       = Operation("gelu", lambda y, a: where(abs(a - GELU_FLAT) < 0.05, _gelu_slope_near_flat(a), 0.5 * erfc(-SQRT_HALF * a) + a * normal_pdf(a)),
                       value=lambda a: 0.5 * a * erfc(-SQRT_HALF * a),
                       textbook=("a * (1 + erf(a / sqrt(2))) / 2", "(1 + erf(a / sqrt(2))) / 2 + a * exp(-a**2 / 2) / sqrt(2 * pi)"))
silu       = Operation("silu",  # left of 0, 1 + a + exp(a) is expanded about its root, so that nothing cancels
                       lambda y, a: where(a > 0.0, sigmoid(a) * (1.0 + a * sigmoid(-a)),
                                          sigmoid(a) * sigmoid(-a) * (_from_silu_flat(a) - (1.0 + SILU_FLAT) * expm1(_from_silu_flat(a)))),
                       value=lambda a: a * sigmoid(a), textbook=("a / (1 + exp(-a))", "y + sigmoid(a) * (1 - y)"))

# ---- choices
maximum    = Operation("maximum", lambda y, a, b: where(a > b, 1.0, where(a < b, 0.0, 0.5)),
                       lambda y, a, b: where(a > b, 0.0, where(a < b, 1.0, 0.5)),
                       value=lambda a, b: where(a < b, b, where(b <= a, a, a + b)), kinks="a == b")
minimum    = Operation("minimum", lambda y, a, b: where(a < b, 1.0, where(a > b, 0.0, 0.5)),
                       lambda y, a, b: where(a < b, 0.0, where(a > b, 1.0, 0.5)),
                       value=lambda a, b: where(a > b, b, where(a <= b, a, a + b)), kinks="a == b")
clip       = Operation("clip", lambda y, a, low, high: where(low >= high, 0.0, where(a < low, 0.0, where(a > high, 0.0, 1.0))),
                       lambda y, a, low, high: where(low >= high, 0.0, where(a < low, 1.0, 0.0)),
                       lambda y, a, low, high: where(low >= high, 1.0, where(a > high, 1.0, 0.0)),
                       value=lambda a, low, high: where(low > high, high, where(a < low, low, where(a > high, high, a))),
                       kinks="a == low or a == high or low == high")
step       = Operation("step", lambda y, a: 0.0, value=lambda a: where(a > 0.0, 1.0, 0.0), kinks="a == 0")
where      = Operation("where", lambda y, condition, a, b: 0.0, lambda y, condition, a, b: where(condition, 1.0, 0.0),
                       lambda y, condition, a, b: where(condition, 0.0, 1.0))

# ---- conditions: 1 where they hold, else 0
less          = Operation("less", _zero, _zero, value=lambda a, b: where(a < b, 1.0, 0.0), infix="<", kinks="a == b", latex="<a> < <b>")
less_equal    = Operation("less_equal", _zero, _zero, value=lambda a, b: where(a <= b, 1.0, 0.0), infix="<=", kinks="a == b", latex=r"<a> \leq <b>")
greater       = Operation("greater", _zero, _zero, value=lambda a, b: where(a > b, 1.0, 0.0), infix=">", kinks="a == b", latex="<a> > <b>")
greater_equal = Operation("greater_equal", _zero, _zero, value=lambda a, b: where(a >= b, 1.0, 0.0), infix=">=", kinks="a == b", latex=r"<a> \geq <b>")
equal         = Operation("equal", _zero, _zero, value=lambda a, b: where(equal(a, b), 1.0, 0.0), infix="==", kinks="a == b", latex="<a> = <b>")
# fmt: on


# ---- any number of operands


class Nary(Operation):
    """A row with any number of operands: `kernel(numbers)`, and `partials(y, operands)` for all of them at once.

    `arrange` lays the arguments of a call out as operands. `textbook` has the value, then the derivative in
    one operand, called a. Where y is finite, so must be all partials.
    """

    def __init__(
        self,
        name: str,
        arrange: Callable[..., list[Any]],
        kernel: Callable[[Sequence[float]], float],
        partials: Callable[[Any, Sequence[Any]], list[Any]],
        textbook: Sequence[str] = (),
    ) -> None:
        self.arrange, self.kernel, self.all_partials = arrange, kernel, partials
        super().__init__(name, textbook=textbook)

    def __call__(self, *operands: Any, **named: Any) -> Any:  # which are sequences too, unlike those of other rows
        return self.eager(*operands, **named)

    def _signature(self) -> Signature:
        given = signature(self.arrange).parameters.values()
        return Signature([p.replace(annotation=Parameter.empty) for p in given])


def _values(values: Sequence[Any]) -> list[Any]:
    return list(values)


def _some_values(values: Sequence[Any]) -> list[Any]:
    operands = list(values)
    if not operands:
        raise ValueError("mean, logsumexp and softmax need at least one value")
    return operands


def _pairs(ws: Sequence[Any], xs: Sequence[Any], bias: Any = 0.0) -> list[Any]:
    if len(ws) != len(xs):
        raise ValueError(f"dot pairs {len(ws)} weights with {len(xs)} inputs: give as many of each")
    return [*ws, *xs, bias]


def _output(k: int, values: Sequence[Any]) -> list[Any]:
    return [float(k), *_some_values(values)]


def _dot_partials(y: Any, operands: Sequence[Any]) -> list[Any]:
    n = len(operands) // 2
    return [*operands[n:-1], *operands[:n], 1.0]


def _logsumexp_partials(y: Any, xs: Sequence[Any]) -> list[Any]:
    return list(kernels.softmax(tuple(xs))) if type(y) is float else softmax(xs)


def _softmax_partials(y: Any, operands: Sequence[Any]) -> list[Any]:
    k, xs = int(operands[0]), operands[1:]
    outputs, added = (kernels.softmax, kernels.total) if type(y) is float else (softmax, total)
    ys = outputs(tuple(xs))
    others = added([*ys[:k], *ys[k + 1 :]])  # 1 - y, without cancellation
    return [0.0, *(y * others if j == k else -y * ys[j] for j in range(len(xs)))]


# fmt: off
total          = Nary("total", _values, kernels.total, lambda y, xs: [1.0] * len(xs), textbook=("sum(a)", "1"))
mean           = Nary("mean", _some_values, kernels.mean, lambda y, xs: [1.0 / len(xs)] * len(xs), textbook=("sum(a) / n", "1 / n"))
dot            = Nary("dot", _pairs, kernels.dot, _dot_partials)
logsumexp      = Nary("logsumexp", _some_values, kernels.logsumexp, _logsumexp_partials, textbook=("log(sum(exp(a)))", "exp(a - y)"))
softmax_output = Nary("softmax", _output, lambda operands: kernels.softmax(tuple(operands[1:]))[int(operands[0])], _softmax_partials)
# fmt: on


def softmax(values: Sequence[Any]) -> list[Any]:
    """exp(x) / sum(exp(x)), one node an output; finite whatever the values are.

    Raises ValueError where there are no values.

    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    """
    operands = _some_values(values)
    return [softmax_output(k, operands) for k in range(len(operands))]

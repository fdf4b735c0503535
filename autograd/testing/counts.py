"""How much `pytest --gradcheck` checked, and how much it did not, and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from autograd.show.drawing.folded_dot import counted

NOTHING = (
    "nothing was checked: no test called backward(), or grad, jacobian and the like of Values, outside of those marked "
    "no_gradcheck (what compile() made replays without a graph: test f.__wrapped__)"
)


@dataclass
class Counts:
    """Calls of backward(), of grad and the like (`derivatives`), and the `operations` checked in their graphs.

    Of the others, `too_many` were beyond the limit, `moved` had operands that were changed since; of those checked,
    `unsure` can't be told.
    """

    passes: int = 0
    derivatives: int = 0
    operations: int = 0
    too_many: int = 0
    moved: int = 0
    unsure: int = 0

    def add(self, more: dict[str, int]) -> None:
        """Add those of another process."""
        for name, number in more.items():
            setattr(self, name, getattr(self, name) + number)

    def to_dict(self) -> dict[str, int]:
        """The counts by name, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        calls = [counted(self.passes, "backward() call")] * bool(self.passes)
        calls += [counted(self.derivatives, "call") + " of grad and the like"] * bool(self.derivatives)
        if not calls:
            return NOTHING
        unsure = f" ({self.unsure:,} too noisy or not smooth enough to tell)" * bool(self.unsure)
        return f"{' and '.join(calls)} checked, {counted(self.operations, 'operation')}{unsure}{self._left_out()}"

    def _left_out(self) -> str:
        reasons = [f"{self.too_many:,} beyond the limit (raise --gradcheck-most)"] * bool(self.too_many)
        reasons += [f"{self.moved:,} whose operands' .data was changed since"] * bool(self.moved)
        return f"; left out: {', '.join(reasons)}" if reasons else ""

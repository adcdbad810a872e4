"""Values of Studio's templates as expressions of ours: what Liquid computes, written in the language of conditions."""

from dataclasses import dataclass

from call_flows.expressions import ConditionRefused, parse_condition


class LiquidRefused(ValueError):
    """Liquid that has no counterpart here; the message says what of it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value: `code` in the language of conditions; `name` where it is one plain name; `fixed` where it is known."""

    code: str
    name: str = ""
    fixed: str | int | float | bool | None = None
    parts: tuple["Value", "Value"] | None = None
    """A text and its separator, after `split`: only a filter that picks one part makes a value of it again."""
    zone: str = ""
    """The zone of `'now' | timezone: …`."""

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same for every caller."""
        return self.fixed is not None

    @property
    def nothing(self) -> bool:
        """Whether it is always empty."""
        return self.fixed == "" and not isinstance(self.fixed, bool)


Piece = str | Value


@dataclass(frozen=True, slots=True)
class Case:
    """A text that holds under a condition; an empty condition always holds."""

    condition: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template as a list of cases, of which the first that holds is the text. The last one always holds."""

    cases: tuple[Case, ...]

    @property
    def is_single(self) -> bool:
        """Whether it has no branches."""
        return len(self.cases) == 1

    def value(self) -> Value:
        """The whole as one value."""
        made = [join(case.pieces) for case in self.cases]
        whole = made[-1]
        for case, value in zip(reversed(self.cases[:-1]), reversed(made[:-1]), strict=True):
            whole = Value(f"({value.code} if {case.condition} else {whole.code})")
        return checked(whole)


def literal(value: str | float) -> Value:
    """A fixed value."""
    if isinstance(value, bool):
        return Value("'true'" if value else "'false'", fixed="true" if value else "false")
    return Value(quoted(value) if isinstance(value, str) else repr(value), fixed=value)


def named(name: str) -> Value:
    """The value of a slot, or of a name such as caller.number."""
    return Value(name, name=name)


def quoted(text: str) -> str:
    """A text in quotes as conditions write it."""
    inside = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ").replace("\r", " ")
    return "'" + "".join(char if char.isprintable() else " " for char in inside) + "'"


def join(pieces: tuple[Piece, ...]) -> Value:
    """Pieces as one value."""
    kept = [literal(piece) if isinstance(piece, str) else piece for piece in pieces if piece != ""]
    kept = [value for value in kept if not value.nothing]
    if not kept:
        return literal("")
    if len(kept) == 1:
        return single(kept[0])
    if all(value.is_fixed for value in kept):
        return literal("".join(str(value.fixed) for value in kept))
    return Value(f"join({', '.join(single(value).code for value in kept)})")


def single(value: Value) -> Value:
    """The value, if it is one value and not the parts of one."""
    if value.parts is not None:
        raise LiquidRefused("a list of parts stands where a text is wanted")
    return value


def checked(value: Value) -> Value:
    """The value, if conditions can hold it."""
    try:
        parse_condition(value.code)
    except ConditionRefused as refused:
        raise LiquidRefused(str(refused).rstrip(".")) from refused
    return value

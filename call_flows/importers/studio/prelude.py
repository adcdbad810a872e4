"""What must be computed before a text can be spoken or sent: our texts hold names only, so the rest is `set` first."""

from collections.abc import Callable
from typing import Any

from call_flows.importers.studio.bench import Bench
from call_flows.importers.studio.value import Case, Value, checked, join, single

_MARKS = ("{{", "}}", "{%", "{#")


class Prelude:
    """The nodes that stand before the last one of a widget."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._before: list[tuple[str, dict[str, Any]]] = []
        self._sets: dict[str, str] = {}

    def first(self, suffix: str, body: dict[str, Any]) -> None:
        """A node that must come before."""
        self._before.append((suffix, body))

    def hole(self, value: Value) -> str:
        """A value within a text."""
        if value.is_fixed:
            return _plain(str(value.fixed))
        if value.name:
            return f"{{{{ {value.name} }}}}"
        code = checked(single(value)).code
        known = next((slot for slot, found in self._sets.items() if found == code), None)
        slot = known or self._bench.slot(self._bench.at.name, f"text{len(self._sets) + 1}")
        self._sets[slot] = code
        return f"{{{{ {slot} }}}}"

    def line(self, case: Case) -> str:
        """One case as a text of ours."""
        return "".join(_plain(piece) if isinstance(piece, str) else self.hole(piece) for piece in case.pieces)

    def text(self, template: str) -> str:
        """A template as one text of ours; its branches are computed before."""
        rendered = self._bench.render(template)
        if rendered.is_single:
            return self.line(rendered.cases[0])
        return self.hole(rendered.value())

    def place(self, suffix: str) -> str:
        """Put the nodes that come before, and say where the last one goes."""
        if self._sets:
            self.first("set", {"set": dict(self._sets)})
        names = [self._bench.entry, *(f"{self._bench.entry}.{found}" for found, _body in self._before[1:])]
        names.append(f"{self._bench.entry}.{suffix}" if self._before else self._bench.entry)
        for place, (_suffix, body) in enumerate(self._before):
            self._bench.put(names[place], {**body, "next": names[place + 1]})
        return names[-1] if self._before else self._bench.entry


def speak(bench: Bench, prelude: Prelude, template: str, suffix: str, make: Callable[[str], dict[str, Any]]) -> None:
    """Nodes that say a template: one, or one for each of its branches behind a `when`."""
    cases = bench.render(template).cases
    lines = [" ".join(prelude.line(case).split()) for case in cases]
    if len(cases) == 1:
        bench.put(prelude.place(suffix), make(lines[0]))
        return
    for case in cases[:-1]:
        checked(Value(case.condition))
    at = prelude.place("which")
    names = [f"{bench.entry}.{place}" for place in range(1, len(cases) + 1)]
    branches = [{"if": case.condition, "next": name} for case, name in zip(cases[:-1], names[:-1], strict=True)]
    bench.put(at, {"when": branches, "else": names[-1]})
    for name, line in zip(names, lines, strict=True):
        bench.put(name, make(line))


def value_of(bench: Bench, template: str) -> Value:
    """A template as one value."""
    rendered = bench.render(template)
    return checked(join(rendered.cases[0].pieces)) if rendered.is_single else rendered.value()


def _plain(text: str) -> str:
    for mark in _MARKS:
        text = text.replace(mark, mark[0] + " " + mark[1])
    return text

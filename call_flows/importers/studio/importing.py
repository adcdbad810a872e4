"""`import_studio`: a Studio export in, a site's files and the report of every widget out."""

from collections.abc import Mapping
from typing import Final

from call_flows.importers.made import Imported, MadeFlow
from call_flows.importers.naming import Names
from call_flows.importers.plan import SitePlan
from call_flows.importers.repairing import repaired
from call_flows.importers.studio.building import Built, build, flow_name
from call_flows.importers.studio.source import StudioFlow, read_studio
from call_flows.importers.studio.variables import Reads
from call_flows.importers.writing import flow_text

_COMMENT: Final = "Imported from Twilio Studio by `callwright import studio`. Look first for todo: in the flows."


def import_studio(
    text: str, *, name: str, number: str | None = None, subflows: Mapping[str, str] | None = None
) -> Imported:
    """A site made of a Studio flow. `subflows` are the exports of flows that it runs, by their FlowSid.

    Raises `StudioRefused` when one of them is no Studio flow.
    """
    main = flow_name(name)
    sources = {main: read_studio(text)}
    named = {sid: flow_name(f"{main}_sub_{sid[-6:]}") for sid in subflows or {}}
    sources |= {named[sid]: read_studio(export) for sid, export in (subflows or {}).items()}
    reads = {flow: Reads() for flow in sources}
    for _round in range(2):  # the first learns what is read, the second fills only that
        site = SitePlan(main)
        names = Names()
        learned = {flow: Reads() for flow in sources}
        made = {
            flow: build(source, flow, site, names, named, _Both(reads[flow], learned[flow]), returns=flow != main)
            for flow, source in sources.items()
        }
        reads = learned
    return _finished(main, made, site, number, sources)


class _Both(Reads):
    """Answers from what was learned in the round before, and learns for the next."""

    def __init__(self, known: Reads, learning: Reads) -> None:
        super().__init__(known.readers)
        self._learning = learning

    def add(self, key: tuple[str | int, ...], reader: str) -> None:
        """A widget reads this."""
        self._learning.add(key, reader)


def _finished(
    main: str, made: Mapping[str, Built], site: SitePlan, number: str | None, sources: Mapping[str, StudioFlow]
) -> Imported:
    flows: dict[str, MadeFlow] = {}
    notes = list(site.notes)
    for built in made.values():
        flows |= {**built.flows, **built.others}
        notes += built.notes
    if number is not None:
        site.numbers[number] = main
    for source in sources.values():
        if any(widget.text("voice") for widget in source.widgets.values()):
            notes.append("Voices are chosen by language here: the voices of the widgets are left out.")
            break
    for flow in flows.values():
        _tell_of_unwired(flow, made)

    def write() -> dict[str, str]:
        texts = {"site.yaml": site.text([_COMMENT])}
        return texts | {f"flows/{flow.name}.yaml": flow_text(flow) for flow in flows.values()}

    problems = repaired(flows, write)
    parts = tuple(part for built in made.values() for part in built.parts.values())
    return Imported(main, write(), parts, tuple(notes), tuple(problems))


def _tell_of_unwired(flow: MadeFlow, made: Mapping[str, Built]) -> None:
    """The end of the call carries what leads to it unasked, so that `check` reminds of it."""
    for built in made.values():
        told = [
            f"{part.name} {event}"
            for part in built.parts.values()
            if flow.name in part.flows and part.kind != "trigger"
            for event in part.unwired
        ]
        for node in flow.nodes.values():
            if told and node.name == flow.end and "todo" not in node.body:
                node.body["todo"] = f"Studio left these exits unwired, and the call ends there: {', '.join(told)}"

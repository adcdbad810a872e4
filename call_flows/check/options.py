"""Choices that cannot be told apart: the same key twice, phrases that sound alike."""

from call_flows.check.finding import Finding, Review
from call_flows.flow import Flow
from call_flows.hearing.phrases import sound_alike
from call_flows.nodes.menu import MenuNode
from call_flows.nodes.option import Option
from call_flows.places import Path


def check(review: Review) -> None:
    """Look at every menu, alone and with what works everywhere in its flow."""
    for finding in review.findings():
        if isinstance(finding.node, MenuNode):
            _keys(finding, finding.node)
            _phrases(finding, finding.node)


def _keys(finding: Finding, menu: MenuNode) -> None:
    first: dict[str, int] = {}
    for place, option in enumerate(menu.options):
        if option.press is None:
            continue
        if option.press in first:
            what = f"The key {option.press} is already that of option {first[option.press] + 1}."
            path: Path = ("options", place, "press")
            finding.report("E301", path, what, word=str(option.press), todo="Give one of them another key.")
        first.setdefault(str(option.press), place)


def _phrases(finding: Finding, menu: MenuNode) -> None:
    heard = [(option, place, phrase) for place, option in enumerate(menu.options) for phrase in _all(option)]
    for at, (option, place, phrase) in enumerate(heard):
        for other, _other_place, before in heard[:at]:
            if other is not option and other.next != option.next and sound_alike(phrase, before):
                _alike(finding, ("options", place, "says"), phrase, before)
        for other, said in _everywhere(finding.flow):
            if other.next != option.next and sound_alike(phrase, said):
                _alike(finding, ("options", place, "says"), phrase, said)


def _alike(finding: Finding, path: Path, phrase: str, other: str) -> None:
    what = f"'{phrase}' sounds like '{other}', which leads elsewhere."
    finding.report("E302", path, what, word=phrase, todo="Choose words that differ in sound.")


def _all(option: Option) -> list[str]:
    if isinstance(option.says, list):
        return option.says
    return [phrase for phrases in option.says.values() for phrase in phrases]


def _everywhere(flow: Flow) -> list[tuple[Option, str]]:
    return [(option, phrase) for option in flow.header.always for phrase in _all(option)]

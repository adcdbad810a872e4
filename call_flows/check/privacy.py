"""Private slots stay private: not spoken, not logged, not sent over an open line."""

import re
from collections.abc import Iterable
from typing import Final

from call_flows.check.finding import Finding, Review
from call_flows.letter import Letter
from call_flows.nodes.ask import AskNode
from call_flows.nodes.consent import ConsentNode
from call_flows.nodes.dial import DialNode
from call_flows.nodes.fetch import FetchNode
from call_flows.nodes.set import SetNode
from call_flows.prompt import Prompt
from call_flows.secret import PREFIX, name_of
from call_flows.slots import MAX_DIGITS
from call_flows.text import Template

SHORTEST_CARD: Final = 12
_CARD: Final = re.compile(r"(?:^|_)(?:card|pan|credit|tarjeta|carte)", re.IGNORECASE)
_THIS_MACHINE = ("http://127.0.0.1", "http://localhost", "http://[::1]")


def check(review: Review) -> None:
    """Follow every private slot to where it is read."""
    for finding in review.findings():
        _card(finding)
        _refusable(finding)
        private = {name for name, slot in finding.flow.header.slots.items() if slot.private}
        if private or isinstance(finding.node, FetchNode):
            _spoken(finding, private)
            _logged(finding, private)
            _sent(finding, private)


def _refusable(finding: Finding) -> None:
    """`consent: ask` promises a choice: every notice then has a key for it."""
    asks = finding.site is not None and finding.site.privacy.consent == "ask"
    if asks and isinstance(finding.node, ConsentNode) and finding.node.opt_out is None:
        what = "The site asks for consent, and this notice cannot be refused."
        todo = "Write opt_out: 9 and say so in the notice, or consent: announce in site.yaml."
        finding.report("E406", ("consent",), what, todo=todo)


def _spoken(finding: Finding, private: set[str]) -> None:
    for path, value in finding.values:
        if not isinstance(value, Prompt) or isinstance(value, Letter):
            continue
        for part in value.parts():
            for name in _read(part.text, private):
                what = f"The private slot '{name}' is spoken here, for anybody near the caller to hear."
                finding.report("E402", (*path, *part.path), what, word=name, todo="Say something else of it.")


def _logged(finding: Finding, private: set[str]) -> None:
    node = finding.node
    for path, template in node.logs():
        for name in _read(template, private):
            what = f"The private slot '{name}' is kept here, where others in the house read it."
            finding.report("E403", path, what, word=name, todo="Write something else of it.")
    if isinstance(node, SetNode):
        for target, expression in node.set.items():
            for name in sorted(expression.names & private):
                if str(target) not in private:
                    what = f"The private slot '{name}' is copied to '{target}', which is not private."
                    todo = f"Declare {target} with private: true."
                    finding.report("E403", ("set", str(target)), what, word=name, todo=todo)


def _sent(finding: Finding, private: set[str]) -> None:
    node = finding.node
    if isinstance(node, FetchNode):
        _in_address(finding, node.fetch, private)
    if isinstance(node, DialNode):
        for name in _read(node.dial, private):
            what = f"The private slot '{name}' is dialled, and so told to the carrier."
            finding.report("E404", ("dial",), what, word=name, todo="Dial something else.")
    for path, template in node.sends():
        for name in _read(template, private):
            what = f"The private slot '{name}' is sent over an open line, and lies readable at the other end."
            finding.report("E404", path, what, word=name, todo="Send something else of it.")
    if not isinstance(node, FetchNode) or _safe(finding, node.fetch):
        return
    for template in (node.fetch, *(template for _path, template in node.carried())):
        for name in (*_read(template, private), *(hole.name for hole in template.holes if name_of(hole))):
            told = f"The secret '{name}'" if name.startswith(PREFIX) else f"The private slot '{name}'"
            what = f"{told} is sent to a web service over an open line."
            finding.report("E404", ("fetch",), what, word=name, todo="Use https.")


def _in_address(finding: Finding, address: Template, private: set[str]) -> None:
    """What stands behind the question mark of an address is written into the log of every server on the way."""
    asked = False
    for part in address.parts:
        asked = asked or (isinstance(part, str) and "?" in part)
        if asked and not isinstance(part, str) and part.name in private:
            what = f"The private slot '{part.name}' is part of the address, which servers write into their logs."
            todo = "Send it in the body: method: POST, body: {…}."
            finding.report("W617", ("fetch",), what, word=part.name, todo=todo)


def _card(finding: Finding) -> None:
    """A card number that is keyed here passes through this house: `pay` keeps it out."""
    node = finding.node
    if not isinstance(node, AskNode):
        return
    name = str(node.into)
    slot = finding.flow.header.slots.get(name)
    if slot is None or slot.type != "digits" or not _CARD.search(name):
        return
    if (slot.length or slot.max_length or MAX_DIGITS) >= SHORTEST_CARD:
        what = f"A card number would pass through this house in '{name}'."
        finding.report("W608", ("into",), what, word=name, todo="Write pay: and let the carrier take the card.")


def _safe(finding: Finding, address: Template) -> bool:
    begins = address.source
    first = address.parts[0] if address.parts else ""
    if not isinstance(first, str) and first.name.startswith("service.") and finding.site is not None:
        begins = finding.site.services.get(first.name.removeprefix("service."), "https://")
    return begins.startswith("https://") or begins.startswith(_THIS_MACHINE)


def _read(template: Template, private: set[str]) -> Iterable[str]:
    return dict.fromkeys(hole.name for hole in template.holes if hole.name in private)

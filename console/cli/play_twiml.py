"""The place where a played call's steps become the TwiML that a carrier would be answered with."""

import xml.dom.minidom
from collections.abc import Iterator

from call_flows.actions import InnerAction
from call_flows.scenario.conversation import Conversation
from ivr.line import Line, lower
from ivr.twiml import Drawable, render
from ivr.twiml.page import Page

_BASE = "https://voice.example.com"


class Papers:
    """The documents of a call, in order."""

    def __init__(self, call: Conversation, *, shown: bool) -> None:
        self._call = call
        self._shown = shown
        self._line = Line()
        self._seen = 0
        self._step = 0
        self._turn = 0
        site = call.site
        self._prompts = frozenset((language, name) for language, names in site.prompts.items() for name in names)

    def turn(self) -> None:
        """Show them from now on, or no longer."""
        self._shown = not self._shown

    def new(self) -> Iterator[str]:
        """The documents since the last time, indented."""
        fresh = self._call.documents[self._seen :]
        self._seen += len(fresh)
        for in_wait, actions in fresh:
            drawable: list[Drawable] = [action for action in actions if not isinstance(action, InnerAction)]
            lowered = lower(drawable, self._line)
            self._line = lowered.line
            page = self._page(in_wait=in_wait, starts_stream=lowered.starts_stream)
            text = render(lowered.actions, page)
            if self._shown and actions:
                yield _indented(text)

    def _page(self, *, in_wait: bool, starts_stream: bool) -> Page:
        self._turn = self._turn + 1 if in_wait else 0
        self._step += 0 if in_wait else 1
        stream = "wss://voice.example.com/media/token" if starts_stream else ""
        step = f"wait/{self._turn}" if in_wait else str(self._step)
        return Page(_BASE, "CALL", step, self._call.site.version[:8], self._prompts, stream)


def _indented(text: str) -> str:
    pretty = xml.dom.minidom.parseString(text).toprettyxml(indent="  ")  # noqa: S318 - our own document
    return "\n".join(f"           {line}" for line in pretty.splitlines() if line.strip())

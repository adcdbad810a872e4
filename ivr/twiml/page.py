"""The page a document is drawn for: whose call it is, where its links lead, and what may be put in it."""

import re
from typing import NamedTuple
from urllib.parse import quote

from foundation.errors import CallwrightError

MAX_BYTES = 64 * 1024
CALL, STEP, STREAM = "\ue000", "\ue001", "\ue002"
"""Stand for the call, the step and the stream in a document that is the same for many callers; no text holds them."""
# what XML 1.0 cannot hold at all, escaped or not; and that with our own marks
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue003-\ufffd\U00010000-\U0010ffff]")


class DocumentTooLarge(CallwrightError):
    """The document is longer than the 64 KB a carrier reads; a shorter prompt or menu is needed."""


class Page(NamedTuple):
    """Whose document this is, and at which step: "3", or "wait/2" for what a waiting caller hears."""

    base_url: str
    call_id: str
    step: str
    site_version: str = ""
    prompts: frozenset[tuple[str, str]] = frozenset()
    """Which prompts are recorded: (language, name)."""
    stream_url: str = ""
    """Where the caller's sound is to be sent when this document starts a stream; empty when it cannot be."""

    @property
    def in_wait(self) -> bool:
        """Whether a waiting caller hears it: its links lead back into the wait."""
        return self.step.startswith("wait/")

    def link(self, kind: str) -> str:
        """Where the carrier brings the outcome of the document's waiting action."""
        return f"{self.base_url}/voice/calls/{self.call_id}/{self.step}/{kind}"

    def wait_link(self) -> str:
        """Where the carrier asks what a waiting caller hears."""
        return f"{self.base_url}/voice/calls/{self.call_id}/wait"

    def status_link(self, family: str) -> str:
        """Where the carrier tells of the call's recordings, streams and conferences."""
        return f"{self.base_url}/voice/{family}/{self.call_id}"

    def prompt_link(self, language: str, name: str) -> str:
        """Where a recorded prompt is played from; never leads out of the folder of prompts."""
        return f"{self.base_url}/prompts/{quote(self.site_version)}/{quote(language)}/{quote(name)}.wav"


def plain(text: str) -> str:
    """Text from outside as XML may hold it: what it cannot hold is left out. Escaping is the builder's."""
    return _NOT_TEXT.sub("", text)


def holdable(value: object) -> object:
    """A value of the builder's, without what XML cannot hold even escaped; our own marks may stay."""
    return _NOT_XML.sub("", value) if isinstance(value, str) else value

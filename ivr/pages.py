"""Pages for documents: whose call, which links, which prompts, and where its sound is to be sent."""

from dataclasses import dataclass

from foundation.settings import Settings
from ivr.sites import Shelved
from ivr.store import Loaded
from ivr.twiml import Page


@dataclass(frozen=True, slots=True)
class Pages:
    """Makes pages from what the settings say of our addresses."""

    settings: Settings

    def of(self, call: Loaded, shelved: Shelved, *, step: str, token: str = "") -> Page:
        """The page of one document; `token` opens the stream that the document starts."""
        stream_url = self.stream_url(token) if token else ""
        return Page(self.settings.public_base_url, call.call_id, step, shelved.version, shelved.prompts, stream_url)

    def bare(self, call_id: str, *, revision: int = 0, token: str = "") -> Page:
        """The page of a document that belongs to no version of a site."""
        stream_url = self.stream_url(token) if token else ""
        return Page(self.settings.public_base_url, call_id, str(revision), stream_url=stream_url)

    def stream_url(self, token: str) -> str:
        """Where the media process takes the stream that the token opens."""
        return f"{self.settings.media_base_url}/media/{token}"

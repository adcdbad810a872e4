"""The recorded prompts of a site, for an exchange whose app has no address on a network."""

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiohttp

from console.rehearsal.house import BASE
from exchange.ports import SoundUnavailable
from exchange.sound import Sound
from exchange.speech.play import FetchedPrompts
from exchange.speech.sounds import decode_file
from ivr.prompts import prompt_path


class SitePrompts(FetchedPrompts):
    """Plays the app's own prompts from the site's folder, everything else as ever."""

    def __init__(self, session: aiohttp.ClientSession, root: Path | None) -> None:
        super().__init__(session)
        self._root = root

    async def load(self, url: str) -> Sound:
        """The sound at the address. Raises SoundUnavailable."""
        if not url.startswith(f"{BASE}/prompts/"):
            return await super().load(url)
        *_rest, language, name = unquote(urlsplit(url).path).split("/")
        path = None if self._root is None else prompt_path(self._root / "prompts", language, name.removesuffix(".wav"))
        if path is None:
            raise SoundUnavailable(f"Play: {url} is not recorded.", code=11200)
        return Sound(await asyncio.to_thread(decode_file, path))

"""The place where a Play's address becomes sound: packaged by name, or fetched over HTTP within a limit and a time."""

import asyncio
from collections import OrderedDict

import aiohttp

from exchange.ports import SoundUnavailable
from exchange.sound import Sound
from exchange.speech import tones
from exchange.speech.sounds import PACKAGED, decode, packaged

MAX_BYTES = 16 * 1024 * 1024
SECONDS = 15.0
_AUDIO_TYPES = ("audio/", "application/octet-stream", "binary/octet-stream", "application/ogg")
_KEPT = 64


class FetchedPrompts:
    """The exchange's `Prompts`. What a server dates or tags (Last-Modified, ETag) is not sent a second time."""

    def __init__(self, session: aiohttp.ClientSession, *, max_bytes: int = MAX_BYTES, seconds: float = SECONDS) -> None:
        self._session = session
        self._max_bytes = max_bytes
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._kept: OrderedDict[str, tuple[dict[str, str], bytes]] = OrderedDict()

    async def load(self, url: str) -> Sound:
        """The sound at `url` (http, https, or sound:name). Raises SoundUnavailable with what is wrong."""
        url = url.strip()
        if url.startswith(PACKAGED):
            return Sound(packaged(url.removeprefix(PACKAGED)))
        if not url.startswith(("http://", "https://")):
            raise SoundUnavailable(f"Play: {url!r} is not http://…, https://… or {PACKAGED}name.", code=11100)
        try:
            return Sound(await self._fetch(url))
        except TimeoutError as problem:
            raise _unfetched(url, "the server took too long", code=11205) from problem
        except aiohttp.ClientError as problem:
            raise _unfetched(url, str(problem) or type(problem).__name__, code=11205) from problem

    def keys(self, digits: str) -> Sound:
        """The tones of these keys."""
        return Sound(tones.dtmf(digits))

    def beep(self) -> Sound:
        """The tone before a recording."""
        return Sound(tones.beep())

    def ringback(self) -> Sound:
        """One ring and its rest."""
        return Sound(tones.ringback())

    async def _fetch(self, address: str) -> bytes:
        validators, sound = self._kept.get(address, ({}, b""))
        async with self._session.get(address, timeout=self._timeout, headers=validators) as answer:
            if answer.status == 304 and sound:  # noqa: PLR2004 - Not Modified
                return sound
            if answer.status >= 400:  # noqa: PLR2004 - the first status of refusal
                raise _unfetched(address, f"the server answered {answer.status}")
            kind = answer.headers.get("Content-Type", "").lower()
            if kind and not kind.startswith(_AUDIO_TYPES):
                message = f"Play: {address} came as {kind!r}; it must come as audio/wav, audio/mpeg or the like."
                raise SoundUnavailable(message, code=13420)
            data = await self._read(answer.content, address)
            validators = _validators(answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
        sound = await asyncio.to_thread(decode, data, where=address)
        self._keep(address, validators, sound)
        return sound

    async def _read(self, content: aiohttp.StreamReader, address: str) -> bytes:
        """The whole body, but never more than the limit, whatever Content-Length says."""
        data = bytearray()
        async for chunk in content.iter_chunked(64 * 1024):
            data += chunk
            if len(data) > self._max_bytes:
                raise _unfetched(address, f"the sound is larger than {self._max_bytes // 1024} kB")
        return bytes(data)

    def _keep(self, address: str, validators: dict[str, str], sound: bytes) -> None:
        if validators:
            self._kept[address] = (validators, sound)
            self._kept.move_to_end(address)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def _validators(etag: str | None, modified: str | None) -> dict[str, str]:
    if etag:
        return {"If-None-Match": etag}
    return {"If-Modified-Since": modified} if modified else {}


def _unfetched(address: str, why: str, *, code: int = 11200) -> SoundUnavailable:
    return SoundUnavailable(f"Play: {address} cannot be fetched: {why}.", code=code)

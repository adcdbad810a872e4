"""What a Play may bring: files of every kind, packaged sounds, HTTP servers good and bad; and the telephone's tones."""

import asyncio
import io
import socket
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import numpy as np
import pytest
import soundfile
from aiohttp import web

from exchange.ports import SoundUnavailable
from exchange.sounds.compose import sounds as composed
from exchange.speech import level, sounds, tones
from exchange.speech.play import FetchedPrompts

SECOND = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100) * 0.5


def file_of(samples: np.ndarray, rate: int, **kind: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, **kind)
    return buffer.getvalue()


def peak_frequency(ulaw: bytes) -> float:
    samples = level.decode(ulaw)
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * 8000 / len(samples))


KINDS = {
    "wav, 16 bits, 44.1 kHz": ({"format": "WAV", "subtype": "PCM_16"}, 44100),
    "wav, 24 bits, 48 kHz": ({"format": "WAV", "subtype": "PCM_24"}, 48000),
    "wav, floats, 16 kHz": ({"format": "WAV", "subtype": "FLOAT"}, 16000),
    "wav, 8 bits, 11 kHz": ({"format": "WAV", "subtype": "PCM_U8"}, 11025),
    "wav, µ-law, 8 kHz": ({"format": "WAV", "subtype": "ULAW"}, 8000),
    "mp3": ({"format": "MP3"}, 44100),
    "ogg": ({"format": "OGG", "subtype": "VORBIS"}, 44100),
    "flac": ({"format": "FLAC"}, 32000),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_kind_of_file_becomes_the_lines_sound(kind: str, channels: int) -> None:
    """A second of 440 Hz is a second of 440 Hz, whatever it was stored in."""
    how, rate = KINDS[kind]
    tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate) * 0.5
    data = file_of(np.column_stack([tone] * channels), rate, **how)
    ulaw = sounds.decode(data, where="a test")
    assert len(ulaw) == pytest.approx(8000, rel=0.1 if kind == "mp3" else 0.01)
    assert peak_frequency(ulaw) == pytest.approx(440, abs=3)


def test_mu_law_passes_unchanged() -> None:
    """A prompt already in the line's own code is not made worse."""
    ulaw = bytes(range(256)) * 32
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", "not compressed"))
        file.writeframes(ulaw)
    data = bytearray(buffer.getvalue())
    data[20:22] = b"\x07\x00"
    through = sounds.decode(bytes(data), where="a test")
    assert level.decode(through).tobytes() == level.decode(ulaw).tobytes()


@pytest.mark.parametrize(("data", "why"), [(b"<html>not found</html>", "not a sound"), (b"", "not a sound")])
def test_what_is_no_sound_is_refused_in_words(data: bytes, why: str) -> None:
    """13420: the designer reads which address and why."""
    with pytest.raises(SoundUnavailable, match=why) as refused:
        sounds.decode(data, where="http://files.test/a.wav")
    assert refused.value.code == 13420
    assert "http://files.test/a.wav" in str(refused.value)


def test_an_empty_sound_is_refused() -> None:
    """A file without a sample would be a silence nobody can explain."""
    with pytest.raises(SoundUnavailable, match="empty"):
        sounds.decode(file_of(np.zeros(0), 8000, format="WAV"), where="a test")


def test_the_shipped_sounds_are_those_the_script_makes() -> None:
    """They are our own work: anyone can make them again."""
    made = composed()
    assert sounds.packaged_names() == sorted(made)
    for name, samples in made.items():
        shipped = level.decode(sounds.packaged(name))
        assert len(shipped) == len(samples)
        assert np.max(np.abs(shipped - samples)) < 0.02


def test_hold_music_is_pleasant_to_a_telephone() -> None:
    """In the telephone's band, softer than speech, and joined without a click where it begins again."""
    music = level.decode(sounds.hold_music())
    assert 15 < len(music) / 8000 < 30
    assert np.max(np.abs(music)) < 0.3
    step = np.abs(np.diff(np.concatenate([music[-400:], music[:400]])))
    assert step[399] < 3 * np.percentile(step, 99)


def test_an_unknown_shipped_sound_names_those_there_are() -> None:
    """So that the right name is one glance away."""
    with pytest.raises(SoundUnavailable, match="hold-music"):
        sounds.packaged("holdmusic")


@pytest.mark.parametrize("key", "0123456789*#")
def test_a_key_sounds_its_two_tones(key: str) -> None:
    """DTMF: one of four low and one of three high frequencies."""
    row, column = divmod("123456789*0#".index(key), 3)
    samples = level.decode(tones.dtmf(key))[:800]
    power = np.abs(np.fft.rfft(samples, 8000))
    assert int(np.argmax(power[600:1000])) + 600 == pytest.approx((697, 770, 852, 941)[row], abs=6)
    assert int(np.argmax(power[1100:1700])) + 1100 == pytest.approx((1209, 1336, 1477)[column], abs=6)


def test_waits_between_keys() -> None:
    """`w` is half a second, `W` a whole one, as in sendDigits."""
    assert len(tones.dtmf("1wW2")) == len(tones.dtmf("12")) + 12000


@pytest.mark.parametrize("digits", ["", "12e", "1" * 33])
def test_keys_no_telephone_has_are_refused(digits: str) -> None:
    """13430, Twilio's number for it."""
    with pytest.raises(SoundUnavailable) as refused:
        tones.dtmf(digits)
    assert refused.value.code == 13430


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def fetched(handler: Handler, times: int = 1, **limits: float) -> list[bytes | SoundUnavailable]:
    """What `FetchedPrompts` makes of an address served by `handler`."""

    async def whole() -> list[bytes | SoundUnavailable]:
        app = web.Application()
        app.router.add_get("/sound", handler)
        runner = web.AppRunner(app, shutdown_timeout=0.05)
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listening).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/sound"
        found: list[bytes | SoundUnavailable] = []
        async with aiohttp.ClientSession() as session:
            prompts = FetchedPrompts(session, **limits)  # type: ignore[arg-type]
            for _ in range(times):
                try:
                    found.append((await prompts.load(url)).ulaw)
                except SoundUnavailable as refused:
                    found.append(refused)
        await runner.cleanup()
        return found

    return asyncio.run(whole())


def test_a_sound_is_fetched_and_asked_for_again_only_if_changed() -> None:
    """Twilio caches by ETag; so do we, and the second call costs 304."""
    asked: list[str | None] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.headers.get("If-None-Match"))
        if asked[-1] == '"a"':
            return web.Response(status=304)
        return web.Response(
            body=file_of(SECOND, 44100, format="WAV"), content_type="audio/wav", headers={"ETag": '"a"'}
        )

    first, second = fetched(handler, times=2)
    assert first == second
    assert isinstance(first, bytes)
    assert len(first) == 8000
    assert asked == [None, '"a"']


async def _not_found(_request: web.Request) -> web.Response:
    return web.Response(status=404)


async def _page(_request: web.Request) -> web.Response:
    return web.Response(text="<p>hello", content_type="text/html")


async def _endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "audio/wav"})
    await answer.prepare(request)
    for _ in range(100):
        await answer.write(b"\0" * 1024)
    return answer


async def _mute(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "audio/wav"})
    await answer.prepare(request)
    await asyncio.Event().wait()
    return answer


@pytest.mark.parametrize(
    ("handler", "code", "words"),
    [
        (_not_found, 11200, "answered 404"),
        (_page, 13420, "text/html"),
        (_endless, 11200, "larger than 20 kB"),
        (_mute, 11205, "too long"),
    ],
)
def test_a_server_that_misbehaves_is_told_of(handler: Handler, code: int, words: str) -> None:
    """Each ends in one sentence with Twilio's number, and the call goes on."""
    (refused,) = fetched(handler, max_bytes=20 * 1024, seconds=0.3)
    assert isinstance(refused, SoundUnavailable)
    assert refused.code == code
    assert words in str(refused)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://files.test/a.wav", "prompt.wav", ""])
def test_only_http_and_shipped_sounds_are_played(address: str) -> None:
    """A document must not be able to read the exchange's disk."""

    async def load() -> None:
        async with aiohttp.ClientSession() as session:
            await FetchedPrompts(session).load(address)

    with pytest.raises(SoundUnavailable) as refused:
        asyncio.run(load())
    assert refused.value.code == 11100


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """`callwright call --audio` shows this sentence."""
    with pytest.raises(SoundUnavailable, match="cannot be opened"):
        sounds.decode_file(tmp_path / "nothing.wav")

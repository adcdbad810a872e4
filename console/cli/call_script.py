"""The place where the terminal's caller lives: waits for the exchange to listen, does the steps, tells what happens."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console.cli.call_line import NoLine, PhoneLine, open_line
from console.cli.call_printing import Event, Printer, Who
from console.cli.call_steps import Audio, Expect, HangUp, Press, Say, Silence, Step
from exchange.clock import RealClock, within
from exchange.sound import Sound

_ASKS = {"gather", "record"}  # after these the exchange listens, once
_OPEN = {"conference", "connected", "dial"}  # after these a person listens, as long as one likes
_BREATH = 0.4  # seconds between the question and the answer
_KEY_GAP = 0.15
_OVER = {"ended", "refused", "error"}

Notice = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Whom to call and what to do there."""

    to: str
    from_: str
    steps: tuple[Step, ...] = ()
    patience: float = 60.0
    voice: str = "man"
    language: str = "en-US"


class Failed(Exception):
    """The call did not go as the script says; the message is the one sentence that tells why."""


async def run_call(script: Script, exchange_url: str, printer: Printer) -> str:
    """Make the call. Returns "" when it went as scripted, else the sentence that says what did not."""
    try:
        async with open_line(exchange_url) as line:
            conversation = _Conversation(script, line, printer)
            try:
                await conversation.run()
            except asyncio.CancelledError:
                await line.send({"type": "hangup"})
                raise
    except (Failed, NoLine) as problem:
        return str(problem)
    return ""


class _Conversation:
    """One call: a task reads what the exchange tells, the steps wait for it."""

    def __init__(self, script: Script, line: PhoneLine, printer: Printer) -> None:
        self._script = script
        self._line = line
        self._printer = printer
        self._clock = RealClock()
        self._start = self._clock.monotonic()
        self._notices: list[Notice] = []
        self._news = asyncio.Event()
        self._expected = 0  # what has been matched by an Expect
        self._answered_to = 0  # the question the last press, word or sound was an answer to

    async def run(self) -> None:
        """Dial, do the steps, stay until the call is over."""
        reading = asyncio.create_task(self._read())
        try:
            self._tell("calls", f"{self._script.to} from {self._script.from_}")
            await self._line.send({"type": "dial", "to": self._script.to, "from": self._script.from_})
            await self._line.send({"type": "listen", "audio": False})
            await self._wait(lambda one: one["type"] == "answered", 0, "nobody answered")
            for step in self._script.steps:
                await self._do(step)
            while not self._over():
                await self._news.wait()
        finally:
            reading.cancel()

    async def _do(self, step: Step) -> None:
        match step:
            case Press(keys):
                await self._turn()
                await self._press(keys)
            case Say(text):
                sound = await asyncio.to_thread(_spoken, text, self._script)
                await self._turn()
                self._tell("say", f"“{text}”")
                await self._line.speak(sound, self._clock)
            case Audio(path):
                sound = await asyncio.to_thread(_played, step)
                await self._turn()
                self._tell("play", f"{path} ({sound.seconds:.1f} s)")
                await self._line.speak(sound, self._clock)
            case Silence(seconds):
                self._tell("wait", f"{seconds:g} s")
                await self._clock.sleep(seconds)
            case Expect(pattern):
                found = await self._wait(
                    lambda one: pattern.search(str(one.get("text", ""))) is not None,
                    self._expected,
                    f"nothing matched /{pattern.pattern}/",
                )
                self._expected = found + 1
            case HangUp():
                self._tell("hang up")
                await self._line.send({"type": "hangup"})

    async def _press(self, keys: str) -> None:
        self._tell("press", keys)
        for key in keys:
            await self._line.send({"type": "digit", "digit": key})
            await self._clock.sleep(_KEY_GAP)

    async def _turn(self) -> None:
        """Wait until it is the caller's turn: a question not answered yet, or a person on the other side."""

        def listens(one: Notice) -> bool:
            return one["type"] == "cue" and one.get("kind") in _ASKS | _OPEN

        place = await self._wait(listens, self._answered_to, "the exchange did not listen")
        if self._notices[place].get("kind") in _ASKS:
            latest = max(i for i, one in enumerate(self._notices) if listens(one))
            self._answered_to = latest + 1
        await self._clock.sleep(_BREATH)

    async def _wait(self, wanted: Callable[[Notice], bool], place: int, otherwise: str) -> int:
        """The place of the first notice from `place` on that is wanted. Raises Failed when none comes in time."""
        deadline = self._clock.monotonic() + self._script.patience
        while True:
            for found in range(place, len(self._notices)):
                if wanted(self._notices[found]):
                    return found
            place = len(self._notices)
            if (end := self._over()) is not None:
                raise Failed(
                    f"{otherwise.capitalize()} before the call ended: {_how_it_ended(end)}.{self._last_said()}"
                )
            try:
                await within(self._clock, max(0.0, deadline - self._clock.monotonic()), self._news.wait())
            except TimeoutError:
                raise Failed(
                    f"{otherwise.capitalize()} within {self._script.patience:g} s.{self._last_said()}"
                ) from None

    async def _read(self) -> None:
        async for notice in self._line.notices():
            self._show(notice)
            self._notices.append(notice)
            self._news.set()
            self._news = asyncio.Event()

    def _over(self) -> Notice | None:
        return next((one for one in self._notices if one["type"] in _OVER), None)

    def _last_said(self) -> str:
        said = [one["text"] for one in self._notices if one.get("kind") == "say"]
        return f" The last words were: “{said[-1]}”" if said else ""

    def _show(self, notice: Notice) -> None:
        text = str(notice.get("text") or "")
        match notice["type"]:
            case "ringing":
                self._show_theirs("rings", str(notice.get("callSid", "")))
            case "answered":
                self._show_theirs("answers")
            case "cue":
                kind = str(notice.get("kind"))
                self._show_theirs({"say": "says", "play": "plays", "gather": "listens"}.get(kind, kind), text)
            case "heard":
                self._show_theirs("heard", f"“{text}”")
            case "ended":
                self._show_theirs("ends", _how_it_ended(notice))
            case "refused" | "error":
                self._show_theirs("refuses", _how_it_ended(notice))

    def _show_theirs(self, what: str, text: str = "") -> None:
        self._printer(Event(at=self._since(), who=Who.exchange, what=what, text=text))

    def _tell(self, what: str, text: str = "") -> None:
        self._printer(Event(at=self._since(), who=Who.you, what=what, text=text))

    def _since(self) -> float:
        return round(self._clock.monotonic() - self._start, 2)


def _how_it_ended(notice: Notice) -> str:
    told = [str(notice[field]) for field in ("status", "reason", "message") if notice.get(field)]
    return ", ".join(told) or "no reason was given"


def _spoken(text: str, script: Script) -> Sound:
    from exchange.speech.say import speak_text

    return speak_text(text, voice=script.voice, language=script.language)


def _played(step: Audio) -> Sound:
    from exchange.speech.sounds import decode_file

    return Sound(decode_file(step.path))

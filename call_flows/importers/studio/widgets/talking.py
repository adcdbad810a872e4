"""Say/Play and Gather: what is heard, and what is pressed or said."""

from typing import Any

from call_flows.importers.naming import snake
from call_flows.importers.spoken_languages import known_language, missing_recording
from call_flows.importers.studio.bench import Bench
from call_flows.importers.studio.prelude import Prelude, speak
from call_flows.importers.studio.value import LiquidRefused

_MOST_LOOPS = 10
_MOST_KEYS = 32
Heard = str | list[Any]


def say_play(bench: Bench) -> None:
    """`say`, or `hang_up` where nothing follows; a recording becomes a prompt of the site."""
    widget = bench.at
    if widget.text("digits"):
        bench.leave(
            f"The keys {widget.text('digits')[:20]} are sounded here; this house has no verb for it.", silent=True
        )
        return

    def made(text: str) -> dict[str, Any]:
        heard = _heard(bench, text)
        if not widget.wired("audioComplete") and bench.made.ending == "hang_up":
            return {"hang_up": heard}
        return {"say": heard, "next": bench.goes("audioComplete", quiet=True)}

    speak(bench, Prelude(bench), widget.text("say"), "say", made)


def gather(bench: Bench) -> None:
    """`ask`, once, taking what is pressed or said as it comes: Studio asks again only where the flow leads back."""
    widget = bench.at
    listens = widget.wired("speech")
    prelude = Prelude(bench)
    language = known_language(widget.text("gather_language")) or bench.made.language
    if listens and bench.switches:
        prelude.first("language", {"language": bench.site.language(language)})
    if listens and widget.text("hints"):
        bench.part.note("The hints to the recogniser are left out: free speech is listened for.")
    speak(bench, prelude, widget.text("say"), "ask", lambda text: _ask(bench, text, listens=listens))


def _ask(bench: Bench, text: str, *, listens: bool) -> dict[str, Any]:
    widget = bench.at
    keys, words = (widget.name, "Digits"), (widget.name, "SpeechResult")
    into = bench.slot(*(keys if bench.reads.of(*keys) or not bench.reads.of(*words) else words))
    most = widget.number("number_of_digits") or 0
    if most > _MOST_KEYS:
        bench.part.note(f"{most} keys are more than are taken here: {_MOST_KEYS}.")
    made: dict[str, Any] = {"ask": _heard(bench, text), "into": into, "tries": 1, "timeout": f"{_timeout(bench)}s"}
    made |= {"most_keys": min(most, _MOST_KEYS), "finish": _finish(bench), "speech": listens}
    made["next"] = _cleared(bench, "keypress", {words: "''"})
    if listens:
        moved = {words: into, keys: "''"} if into == bench.variables.slot(*keys) else {}
        made["spoken"] = _cleared(bench, "speech", moved)
    again = widget.name in bench.source.reachable(*(way.next for way in widget.transitions))
    made["failed"] = _cleared(bench, "timeout", {keys: "''", words: "''"} if again else {})
    return made


def _cleared(bench: Bench, event: str, values: dict[tuple[str, str], str]) -> str:
    """Where an event leads, by way of a `set` where a slot must change that is read further on."""
    target = bench.goes(event)
    after = bench.at.leads(event)
    kept = {key: code for key, code in values.items() if after and bench.reads_after(after, key)}
    if not kept:
        return target
    name = f"{bench.entry}.{event}"
    bench.put(name, {"set": {bench.slot(*key): code for key, code in kept.items()}, "next": target})
    return name


def _finish(bench: Bench) -> str | None:
    if bench.at.text("stop_gather", "true") == "false":
        return None
    key = bench.at.text("finish_on_key", "#").strip()
    if len(key) > 1:
        bench.part.note(f"Of the keys {key[:12]} that end the input, only {key[0]} does.")
    return key[0] if key and key[0] in "0123456789*#" else None


def _timeout(bench: Bench) -> int:
    found = bench.at.number("timeout")
    return 5 if found is None else found


def _heard(bench: Bench, text: str) -> Heard:
    """What is heard: the text or the recording, in its language, as often as is wanted."""
    widget = bench.at
    language = known_language(widget.text("language")) or bench.made.language
    bench.site.language(language)
    recording = widget.text("play")
    part: Any = text
    if recording and not text:
        part = {"play": _recording(bench, recording), "say": missing_recording(language), "language": language}
    elif text and (language != bench.made.language or bench.switches):
        part = {"say": text, "language": language}
    loops = widget.number("loop") or 1
    if loops > _MOST_LOOPS:
        bench.part.note(f"It is said {_MOST_LOOPS} times, not {loops} times.")
    return part if loops == 1 and isinstance(part, str) else [part] * min(loops, _MOST_LOOPS)


def _recording(bench: Bench, address: str) -> str:
    if "{{" in address or "{%" in address:
        raise LiquidRefused("which recording is played is computed")
    file = address.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    name = snake(file.rsplit(".", 1)[0]) or "recording"
    bench.part.note(f"Put the recording {address[:160]} at prompts/<language>/{name}.wav.")
    return name

"""Record Voicemail, Call Recording, Capture Payments: what is recorded, and what never is."""

from typing import Any

from call_flows.importers.studio.bench import Bench
from call_flows.importers.studio.prelude import Prelude, value_of
from call_flows.importers.studio.value import checked
from call_flows.importers.studio.variables import LEARNED

_LONGEST = 3600
_CARDS = {"visa", "mastercard", "amex", "maestro", "discover", "optima", "jcb", "diners-club", "enroute"}
_NOTICES = {
    "es": "Esta llamada será grabada.",
    "pt": "Esta ligação será gravada.",
    "fr": "Cet appel est enregistré.",
    "de": "Dieses Gespräch wird aufgezeichnet.",
}
_HUNG_UP = "When the caller hangs up the call is over: the way of `hangup` is not taken."


def voicemail(bench: Bench) -> None:
    """`voicemail`: the message is transcribed, and becomes a task of a queue."""
    widget = bench.at
    silence = widget.number("timeout")
    made: dict[str, Any] = {
        "voicemail": "",
        "queue": bench.site.queue("voicemail", "messages"),
        "longest": f"{widget.number('max_length') or _LONGEST}s",
        "silence": f"{5 if silence is None else max(1, silence)}s",
        "next": bench.goes("recordingComplete"),
    }
    if widget.wired("recordingError") and not any(way.event == "noAudio" for way in widget.transitions):
        bench.part.note("'recordingError' is no event of Studio: its way is taken when there is no message.")
        made["empty"] = bench.goes("recordingError")
    else:
        made["empty"] = bench.goes("noAudio")
    if widget.wired("hangup"):
        bench.part.note(_HUNG_UP)
        bench.reach("hangup")
    for told in ("transcription_callback_url", "transcribe_callback_url", "recording_status_callback_url"):
        if widget.text(told):
            bench.part.note(f"{widget.text(told)[:120]} is no longer told: message and transcript stay in this house.")
    if widget.text("finish_on_key", "#") not in {"#", ""}:
        bench.part.note("The pound key ends the message.")
    bench.put(bench.entry, made)


def record_call(bench: Bench) -> None:
    """`consent` where recording begins, for here nobody is recorded who was not told; `record: stop` where it ends."""
    target = bench.goes("success")
    if bench.at.wired("failed"):
        bench.part.note("Recording does not fail here: the way of `failed` is not taken.")
        bench.reach("failed")
    if bench.at.text("record_call", "true") == "true":
        notice = _NOTICES.get(bench.made.language[:2], "This call is recorded.")
        bench.part.note("Callers are told of the recording now.")
        bench.put(bench.entry, {"consent": notice, "next": target})
    else:
        bench.put(bench.entry, {"record": "stop", "next": target})


def capture_payments(bench: Bench) -> None:
    """`pay`: the carrier takes the card; what it answers goes into slots where it is read."""
    widget = bench.at
    made: dict[str, Any] = {"pay": ""}
    amount = widget.text("payment_amount")
    prelude = Prelude(bench)
    if amount and "{" not in amount:
        made["amount"] = amount.strip()
    elif amount:
        made["amount"] = checked(value_of(bench, amount)).code
    if widget.text("currency"):
        made["currency"] = widget.text("currency").lower()[:3]
    if widget.text("description"):
        made["receipt"] = prelude.text(widget.text("description"))
    if widget.text("payment_connector"):
        made["connector"] = widget.text("payment_connector")
    made |= _asked(bench)
    into = {}
    for name, what in LEARNED.items():
        if bench.reads.of(widget.name, name):
            into[bench.slot(widget.name, name, private=what == "token")] = what
    if into:
        made["into"] = into
    made["next"] = bench.goes("success")
    failures = ("maxFailedAttempts", "providerError", "payInterrupted", "validationError")
    wired = [event for event in failures if widget.wired(event)]
    made["failed"] = bench.goes(wired[0] if wired else "maxFailedAttempts")
    if len({widget.leads(event) for event in wired}) > 1:
        bench.part.note("All failures take one way now.")
    for event in (*wired[1:], *(["hangup"] if widget.wired("hangup") else [])):
        bench.reach(event)
    bench.put(prelude.place("pay"), made)


def _asked(bench: Bench) -> dict[str, Any]:
    widget = bench.at
    if widget.text("payment_method") == "ach-debit":
        bench.part.note("A bank account was asked for; here it is a card.")
    made: dict[str, Any] = {}
    cards = widget.properties.get("valid_card_types")
    known = [card for card in cards if card in _CARDS] if isinstance(cards, list) else []
    if known:
        made["cards"] = known
    if widget.text("payment_token_type") == "one-time":
        made |= {"token": "one-time"}
    if widget.text("security_code") == "false":
        made["security_code"] = False
    if widget.text("postal_code") == "false":
        made["postal_code"] = False
    tries, timeout = widget.number("max_attempts"), widget.number("timeout")
    if tries:
        made["tries"] = min(3, max(1, tries))
    if timeout:
        made["timeout"] = f"{timeout}s"
    return made

"""The verbs of TwiML, each with what it becomes."""

from typing import Any, Final

from call_flows.importers.spoken_languages import apology, known_language
from call_flows.importers.twiml.building import Desk, Translator, prompt_of
from call_flows.importers.twiml.documents import Verb
from call_flows.importers.writing import Inline

_DIGITS: Final = "{{Digits}}"


def speak(desk: Desk) -> None:
    """`say`."""
    if desk.verb.get("digits"):
        leave(desk, "Keys are sounded here; this house has no verb for it.", silent=True)
        return
    desk.put({"say": prompt_of(desk.heard(desk.verb)), "next": desk.onward()})


def pause(desk: Desk) -> None:
    """`wait`."""
    desk.put({"wait": f"{max(1, desk.verb.number('length', 1))}s", "next": desk.onward()})


def gather(desk: Desk) -> None:
    """`ask`, once: with an answer to the action, without one to the next verb."""
    verb = desk.verb
    wanted = verb.get("input", "dtmf").split()
    finish = verb.get("finishOnKey", "#").strip()
    language = known_language(verb.get("language"))
    if "speech" in wanted and language and language != desk.made.language:
        desk.part.note(f"{language} was listened for; the flow listens for {desk.made.language}.")
    if len(finish) > 1:
        desk.part.note(f"Of the keys {finish[:12]} that end the input, only {finish[0]} does.")
    if verb.get("hints"):
        desk.part.note("The hints to the recogniser are left out: free speech is listened for.")
    made: dict[str, Any] = {"ask": prompt_of(desk.heard(verb)), "into": desk.slot(), "tries": 1}
    made["timeout"] = f"{verb.number('timeout', 5)}s"
    if "dtmf" in wanted:
        made |= {"most_keys": min(32, verb.number("numDigits", 0)), "finish": finish[:1] or None}
    made["speech"] = "speech" in wanted
    made["next"] = desk.document(verb.get("action"))
    made["failed"] = made["next"] if verb.get("actionOnEmptyResult") == "true" else desk.onward()
    desk.put(made)


def redirect(desk: Desk) -> None:
    """On to another document at once; or a `when` with a case for each key that its address holds."""
    address = desk.verb.text
    if _DIGITS not in address:
        target = desk.document(address)
        desk.ways[desk.name] = target
        return
    found = desk.library.matching(address, desk.path, _DIGITS)
    slot = desk.slot()
    desk.pending += found.values()
    cases = [Inline({"if": f"{slot} == '{key}'", "next": desk.node(path)}) for key, path in found.items()]
    other = desk.document(address, leave=not cases)
    desk.put({"when": cases or [Inline({"if": f"blank({slot})", "next": other})], "else": other})


def record(desk: Desk) -> None:
    """`voicemail`: with a message to the action, without one to the next verb."""
    verb = desk.verb
    if not verb.get("action"):
        desk.part.note("After a message the same document began again; now the call goes on to the next verb.")
    made = {
        "voicemail": "",
        "queue": desk.site.queue("voicemail", "messages"),
        "longest": f"{max(1, verb.number('maxLength', 3600))}s",
        "silence": f"{max(1, verb.number('timeout', 5))}s",
        "next": desk.document(verb.get("action")) if verb.get("action") else desk.onward(),
        "empty": desk.onward(),
    }
    for told in ("transcribeCallback", "recordingStatusCallback"):
        if verb.get(told):
            desk.part.note(f"{verb.get(told)[:120]} is no longer told: message and transcript stay in this house.")
    desk.put(made)


def dial(desk: Desk) -> None:
    """`dial`: whatever became of the call, on to the action, else to the next verb."""
    verb = desk.verb
    numbers = [child for child in verb.children if child.name in {"Number", "Sip", "Client"}]
    bare = Verb("Number", {}, verb.text)
    if len(numbers) > 1:
        desk.part.note("The first of several parties is dialled; they were dialled all at once.")
    other = verb.noun("Conference", "Queue", "Sim", "Application", "WhatsApp")
    target = None if other is not None else _target(desk, numbers[0] if numbers else bare)
    if target is None:
        what = other.name if other is not None else f"'{verb.text[:20]}', which is no number that can be dialled"
        leave(desk, f"The call is connected to {what}.")
        return
    after = desk.document(verb.get("action")) if verb.get("action") else desk.onward()
    made: dict[str, Any] = {"dial": target, "timeout": f"{max(1, verb.number('timeout', 30))}s"}
    if verb.get("callerId").startswith("+"):
        made["caller_id"] = verb.get("callerId")
    if verb.get("record", "do-not-record") not in {"do-not-record", "false"}:
        desk.part.note("It was recorded; here a recording begins at `consent`, for the whole call.")
    desk.put(made | dict.fromkeys(("answered", "busy", "no_answer", "failed"), after))


def _target(desk: Desk, noun: Verb) -> str | None:
    if noun.name == "Sip":
        address = noun.text.split("?")[0]
        return address if address.startswith(("sip:", "sips:")) else f"sip:{address}"
    if noun.name == "Client":
        return f"agent:{desk.site.agent(noun.text)}"
    if "{{" in noun.text:
        return desk.text(noun.text)
    number = "".join(char for char in noun.text if char.isdigit() or char == "+")
    number = number if number.startswith("+") else f"+1{number}" if len(number) == 10 else f"+{number}"
    return number if desk.site.dialable(number) else None


def enqueue(desk: Desk) -> None:
    """`queue`."""
    verb = desk.verb
    name = verb.text if verb.noun("Task") is None else "agents"
    after = desk.document(verb.get("action")) if verb.get("action") else desk.onward()
    if verb.get("waitUrl"):
        desk.part.note(f"While waiting, {verb.get('waitUrl')[:120]} was heard: give the queue a while_waiting flow.")
    queue = desk.site.queue(name or verb.get("workflowSid") or "agents", name or "agents")
    desk.put({"queue": queue, "answered": after, "failed": after})


def pay(desk: Desk) -> None:
    """`pay`."""
    verb = desk.verb
    after = desk.document(verb.get("action")) if verb.get("action") else desk.onward()
    made: dict[str, Any] = {"pay": prompt_of([text for child in verb.children for text in desk.heard(child)])}
    charge = verb.get("chargeAmount")
    if charge.replace(".", "", 1).isdigit() and float(charge) > 0:
        made["amount"] = charge
    if verb.get("paymentConnector"):
        made["connector"] = verb.get("paymentConnector")
    if verb.noun("Prompt") is not None:
        desk.part.note("The prompts for each step are the carrier's own now, but for their words before the first.")
    desk.put({**made, "next": after, "failed": after})


def message(desk: Desk) -> None:
    """`message`."""
    verb = desk.verb
    made: dict[str, Any] = {"message": desk.text(verb.text) or " "}
    if verb.get("to"):
        made["to"] = desk.text(verb.get("to"))
    after = desk.document(verb.get("action")) if verb.get("action") else desk.onward()
    desk.put({**made, "next": after, "failed": after})


def start(desk: Desk) -> None:
    """A recording begins at `consent`; what else is started has no home here."""
    if desk.verb.noun("Recording") is None:
        leave(desk, f"<{desk.verb.name}> of {_inside(desk.verb)} has no home here.", silent=True)
        return
    desk.part.note("Callers are told of the recording now.")
    desk.put({"consent": "This call is recorded.", "next": desk.onward()})


def hang_up(desk: Desk) -> None:
    """`hang_up`."""
    desk.put({"hang_up": None})


def reject(desk: Desk) -> None:
    """`refuse`, where nothing was said before it; else the call ends."""
    if desk.place == 0 and desk.made.start == desk.name:
        desk.put({"refuse": "busy" if desk.verb.get("reason") == "busy" else "rejected"})
    else:
        desk.part.note("The call was answered before: it is ended.")
        desk.put({"hang_up": None})


def leave(desk: Desk, reason: str, *, silent: bool = False) -> None:
    """A marked node in the place of the verb: an apology where one is due, and on to the next verb."""
    desk.part.leave(reason)
    begin: dict[str, Any] = {"tag": f"left open {desk.name}"[:80]} if silent else {"say": apology(desk.made.language)}
    desk.put({**begin, "todo": reason, "next": desk.onward()})


def _inside(verb: Verb) -> str:
    return " and ".join(dict.fromkeys(child.name for child in verb.children)) or "nothing"


def translate(desk: Desk) -> None:
    """The node of the verb at hand."""
    translator = VERBS.get(desk.verb.name)
    if translator is not None:
        translator(desk)
    elif desk.verb.name == "Leave":
        leave(
            desk, "<Leave> takes a waiting caller out of the queue: write leave: in a while_waiting flow.", silent=True
        )
    elif desk.verb.name in _KNOWN:
        silent = desk.verb.name == "Stop"
        leave(desk, f"<{desk.verb.name}> of {_inside(desk.verb)} has no home here.", silent=silent)
    else:
        leave(desk, f"<{desk.verb.name[:40]}> is no verb of TwiML.", silent=True)


_KNOWN: Final = frozenset({"Connect", "Refer", "Stop", "Echo", "Prompt"})
VERBS: Final[dict[str, Translator]] = {
    "Say": speak,
    "Play": speak,
    "Pause": pause,
    "Gather": gather,
    "Redirect": redirect,
    "Record": record,
    "Dial": dial,
    "Enqueue": enqueue,
    "Pay": pay,
    "Sms": message,
    "Message": message,
    "Start": start,
    "Hangup": hang_up,
    "Reject": reject,
}

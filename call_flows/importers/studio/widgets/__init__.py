"""Studio's widgets, each with what it becomes."""

from typing import Final

from call_flows.importers.studio.bench import Translator
from call_flows.importers.studio.widgets import deciding, people, services, sound, talking, writing

WIDGETS: Final[dict[str, Translator]] = {
    "say-play": talking.say_play,
    "gather-input-on-call": talking.gather,
    "split-based-on": deciding.split,
    "set-variables": deciding.set_variables,
    "make-http-request": services.request,
    "run-function": services.run_function,
    "run-subflow": services.run_subflow,
    "connect-call-to": people.connect,
    "enqueue-call": people.enqueue,
    "send-to-flex": people.enqueue,
    "record-voicemail": sound.voicemail,
    "record-call": sound.record_call,
    "capture-payments": sound.capture_payments,
    "send-message": writing.send_message,
}
"""Every widget that has a home here."""

HOMELESS: Final = {
    "add-twiml-redirect": "Another application takes over the call by TwiML here; nothing of this house can call it.",
    "make-outgoing-call-v2": "A call is placed here; flows of this house begin when somebody calls, or is called back.",
    "fork-stream": "The call's sound is sent to another service here; this house listens by itself, after consent.",
    "connect-virtual-agent": "A virtual agent of another takes over here; see the verbs steer and knowledge.",
    "send-and-wait-for-reply": "A reply by text message is waited for here; flows here listen on the telephone.",
    "send-to-auto-pilot": "Autopilot takes over here, which no longer exists; see the verbs steer and knowledge.",
}
"""Every widget that has none, with what to say of it."""

SILENT: Final = frozenset({"fork-stream", "send-and-wait-for-reply", "make-outgoing-call-v2"})
"""Widgets that nobody hears, and so nobody needs an apology for."""

VOICE_ONLY: Final = frozenset(
    {
        *("say-play", "gather-input-on-call", "connect-call-to", "enqueue-call", "record-voicemail", "record-call"),
        *("capture-payments", "add-twiml-redirect", "make-outgoing-call-v2", "fork-stream", "connect-virtual-agent"),
    }
)
"""Widgets that only a call can come to."""

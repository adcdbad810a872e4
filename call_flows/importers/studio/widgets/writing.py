"""Send Message: a text message during the call."""

from typing import Any

from call_flows.importers.studio.bench import Bench
from call_flows.importers.studio.prelude import Prelude

_CALLER = ("", "{{contact.channel.address}}", "{{trigger.call.From}}")


def send_message(bench: Bench) -> None:
    """`message`, to the caller where no other number is named."""
    widget = bench.at
    prelude = Prelude(bench)
    made: dict[str, Any] = {"message": prelude.text(widget.text("body")) or " "}
    to = widget.text("to").replace(" ", "")
    if to not in _CALLER:
        made["to"] = prelude.text(widget.text("to"))
    if widget.text("media_url"):
        bench.part.note("The picture or sound in the message is left out.")
    made["next"] = bench.goes("sent", quiet=True)
    made["failed"] = bench.goes("failed")
    bench.put(prelude.place("message"), made)

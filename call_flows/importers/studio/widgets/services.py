"""Make HTTP Request, Run Function, Run Subflow: other services, and other flows."""

from typing import Any
from urllib.parse import quote

from call_flows.importers.made import MadeFlow, MadeNode
from call_flows.importers.naming import snake
from call_flows.importers.spoken_languages import apology
from call_flows.importers.studio import bodies
from call_flows.importers.studio.bench import Bench
from call_flows.importers.studio.prelude import Prelude, value_of
from call_flows.importers.studio.value import LiquidRefused
from call_flows.importers.writing import Inline
from call_flows.json_path import parse_path

_FORM = "application/x-www-form-urlencoded"


def request(bench: Bench) -> None:
    """`fetch`, with the ten seconds that Studio waits."""
    widget = bench.at
    method = widget.text("method", "GET").upper()
    if method not in {"GET", "POST"}:
        raise LiquidRefused(f"{method[:12]} is no method of this widget")
    prelude = Prelude(bench)
    made: dict[str, Any] = {"fetch": _address(bench, prelude)}
    pairs = [(key, prelude.text(value)) for key, value in widget.pairs("parameters")]
    if method == "GET":
        made["fetch"] += _query(made["fetch"], pairs)
    else:
        made["method"] = "POST"
        made |= _sent(bench, prelude, pairs)
    if widget.text("add_twilio_auth") == "true":
        bench.part.note("It was sent with the Twilio account's password; put a secret into its headers instead.")
    _asked(bench, prelude, made, good="success", bad="failed")


def run_function(bench: Bench) -> None:
    """`fetch` of the function's address, with its parameters as a form."""
    prelude = Prelude(bench)
    made: dict[str, Any] = {"fetch": _address(bench, prelude), "method": "POST"}
    pairs = {key: prelude.text(value) for key, value in bench.at.pairs("parameters")}
    if pairs:
        made["form"] = pairs
    bench.part.note("The function must answer without Twilio's signature: make it public, or guard it by a secret.")
    _asked(bench, prelude, made, good="success", bad="fail")


def _asked(bench: Bench, prelude: Prelude, made: dict[str, Any], *, good: str, bad: str) -> None:
    widget = bench.at
    made["timeout"] = "10s"
    into: dict[str, str] = {}
    for key in bench.reads.below(widget.name, "parsed"):
        path = "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in key[2:])
        if parse_path(path) is None:
            bench.part.note(f"{path} is no path into an answer here: it is empty.")
            continue
        into[bench.slot(*key)] = f"{path}?"
    if into:
        made["into"] = Inline(into)
    if bench.reads.of(widget.name, "status_code"):
        made["status"] = bench.slot(widget.name, "status_code")
    made["next"] = bench.goes(good)
    made["failed"] = bench.goes(bad)
    bench.put(prelude.place("fetch"), made)


def _address(bench: Bench, prelude: Prelude) -> str:
    """The address. A variable at its beginning that is set once, to a fixed address, becomes a service of the site."""
    template = bench.at.text("url").strip()
    for key, address in bench.constants.items():
        for written in (f"{{{{flow.variables.{key}}}}}", f"{{{{ flow.variables.{key} }}}}"):
            if template.startswith(written) and address.startswith(("http://", "https://")):
                service = bench.site.service(key, address)
                return f"{{{{ service.{service} }}}}" + prelude.text(template.removeprefix(written))
    made = prelude.text(template)
    if not made.startswith(("http://", "https://")):
        raise LiquidRefused("the address is computed, or is none: it must begin with https://")
    if "${" in made or "YOUR_" in made:
        bench.part.note("The address has a placeholder of a deployment script in it: fill it in.")
    return made


def _query(address: str, pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return ""
    written = "&".join(f"{quote(key, safe='')}={_quoted(value)}" for key, value in pairs)
    return ("&" if "?" in address else "?") + written


def _quoted(value: str) -> str:
    """Fixed text is quoted here, values are quoted by `fetch`."""
    return value if "{{" in value else quote(value, safe="")


def _sent(bench: Bench, prelude: Prelude, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    widget = bench.at
    kind = widget.text("content_type", _FORM).split(";")[0].strip().lower()
    body = widget.text("body")
    if kind == "application/json":
        if body.strip():
            rendered = bench.render(body)
            return {"body": bodies.json_body(rendered, prelude.hole)}
        return {"body": dict(pairs)} if pairs else {}
    if kind == _FORM:
        if pairs or not body.strip():
            return {"form": dict(pairs)} if pairs else {}
        return {"form": bodies.form_body(bench.render(body), prelude.hole)}
    raise LiquidRefused(f"a body of the kind {kind[:40]} is sent; JSON and forms are sent here")


def run_subflow(bench: Bench) -> None:
    """`flow`: the other flow, where it is imported too; else one with a marked node in its place."""
    widget = bench.at
    sid = widget.text("flow_sid")
    target = bench.subflows.get(sid)
    sets = {}
    for key, value in widget.pairs("parameters"):
        sets[bench.slot("data", key)] = value_of(bench, value).code
    if sets:
        at = f"{bench.entry}.flow"
        bench.put(bench.entry, {"set": sets, "next": at})
    else:
        at = bench.entry
    made: dict[str, Any] = {"flow": target or _stub(bench, sid)}
    after, failed = bench.goes("completed"), bench.goes("failed")
    if target is None:
        made["results"] = Inline({"failed": failed})
    bench.put(at, {**made, "next": after, "failed": failed})


def _stub(bench: Bench, sid: str) -> str:
    reason = f"The subflow {sid[:40]} stands here: import it with --subflow {sid[:40]}=FILE."
    bench.part.leave(reason)
    name = snake(f"subflow_{sid[-6:]}")
    stub = MadeFlow(name, f"In place of the subflow {sid[:40]}.", bench.made.language, "begin")
    stub.nodes["begin"] = MadeNode("begin", {"say": apology(stub.language), "todo": reason, "next": "back"})
    stub.nodes["back"] = MadeNode("back", {"return": "failed"})
    bench.others[name] = stub
    return name

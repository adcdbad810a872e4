"""An example of a page: a few lines of a site, and the whole site around them in which they are checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import indent
from typing import Any, Final

SITE: Final = """\
site: example
timezone: America/New_York
languages: [en-US, es-US]
numbers: {"+12025550100": main}
hours: {office: {mon-fri: "08:00-20:00"}}
skills: [billing, spanish]
queues: {billing: {rings: [{after: 0s, needs: {billing: 1}}]}}
agents: [{name: Ana, login: ana, skills: {billing: 5, spanish: 5}}]
services: {bank: "https://bank.example"}
"""
_SLOTS: Final = {
    "account": "{type: digits, length: 8, private: true}",
    "name": "{type: text}",
    "amount": "{type: money}",
}
_LISTENS: Final = re.compile(r"\b(?:menu|ask|steer|survey|callback|flow): ")
_PEOPLE: Final = "people: {queue: billing, failed: bye}\n"
_BYE: Final = "bye: {hang_up: {en-US: Goodbye., es-US: Adiós.}}\n"
_NAMES: Final = {"nodes": "flows/main.yaml", "hold": "flows/hold.yaml", "site": "site.yaml"}


@dataclass(frozen=True, slots=True)
class Example:
    """Lines of a site by what they are: `nodes` of the flow main, `hold` nodes, keys of `site`, or a file by name."""

    parts: Mapping[str, str]
    shown: str = ""

    @classmethod
    def read(cls, written: str | Mapping[str, Any]) -> "Example":
        """From what stands in a page's file: lines alone are nodes."""
        if isinstance(written, str):
            return cls({"nodes": written})
        parts = {key: str(text) for key, text in written.items() if key not in {"shown", "times"}}
        times = int(written.get("times", 1))
        return cls({key: _grown(text, times) for key, text in parts.items()}, str(written.get("shown", "")))

    def markdown(self) -> str:
        """The lines as they are shown on a page."""
        if self.shown:
            return f"```yaml\n{self.shown.rstrip()}\n```"
        named = len(self.parts) > 1 or "nodes" not in self.parts
        blocks = []
        for part, text in self.parts.items():
            heading = f"# {_NAMES.get(part, part)}\n" if named else ""
            blocks.append(f"```yaml\n{heading}{text.rstrip()}\n```")
        return "\n\n".join(blocks)

    def plain(self) -> str:
        """The same for a terminal."""
        return indent(self.markdown().replace("```yaml\n", "").replace("```", ""), "    ")

    def texts(self) -> dict[str, bytes]:
        """The whole site, by relative path."""
        texts = {"site.yaml": _site(self.parts.get("site", "")), "flows/main.yaml": _flow("main", _FRONT)}
        for part, text in self.parts.items():
            if part == "nodes":
                texts["flows/main.yaml"] = _flow("main", text)
            elif part == "hold":
                texts["flows/hold.yaml"] = _flow("hold", text)
            elif part != "site":
                texts[part] = text
        encoding = "latin-1" if self.shown.startswith("# saved as Latin-1") else "utf-8"
        return {file: text.encode(encoding) for file, text in texts.items()}


_FRONT: Final = """\
front:
  menu: {en-US: "For an agent, press 1.", es-US: "Para un agente, oprima 1."}
  options: [{press: "1", next: people}]
  failed: people
"""


def _grown(text: str, times: int) -> str:
    """Some examples are wrong by size alone: `…` stands for what is repeated."""
    return text if times == 1 else text.replace("…", "… " * times)


def _site(lines: str) -> str:
    blocks = dict(_block(block) for block in re.split(r"(?m)^(?=\S)", SITE) if block)
    for block in re.split(r"(?m)^(?=[^\s#])", lines):
        if block.strip():
            name, text = _block(block)
            blocks[name] = text
    return "".join(blocks.values())


def _block(block: str) -> tuple[str, str]:
    return block.partition(":")[0], block if block.endswith("\n") else block + "\n"


def _flow(name: str, nodes: str) -> str:
    if re.match(r"(?:# .*\n)*flow:", nodes):
        return nodes
    listens = bool(_LISTENS.search(nodes)) and name == "main"
    people = listens or re.search(r"\bpeople\b", nodes) is not None
    first = re.search(r"(?m)^([A-Za-z_]\w*):", nodes)
    slots = "".join(f"  {slot}: {kind}\n" for slot, kind in _SLOTS.items() if re.search(rf"\b{slot}\b", nodes))
    body = nodes.rstrip("\n") + "\n"
    if people and not re.search(r"(?m)^people:", nodes):
        body += _PEOPLE
    if re.search(r"\bbye\b", body) and not re.search(r"(?m)^bye:", nodes):
        body += _BYE
    head = f"flow: {name}\n" + (f"slots:\n{slots}" if slots else "") + ('always: {"0": people}\n' if listens else "")
    return f"{head}start: {first.group(1) if first else 'front'}\nnodes:\n{indent(body, '  ')}"

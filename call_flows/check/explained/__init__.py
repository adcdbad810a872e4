"""What each code means: why it is told, whom it hurts, and an example that is wrong beside one that is right."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from call_flows.check.codes import CODES
from call_flows.check.explained.example import Example
from call_flows.check.ignores import may_be_ignored

FOLDER: Final = Path(__file__).parent
FIXED: Final = frozenset({"E001", "E002", "E010", "E012", "E013", "E014", "E016", "E020", "E101", "E108", "E121"})
"""Codes of which `--fix` can put some right."""


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one code."""

    code: str
    title: str
    why: str
    wrong: Example
    right: Example

    def markdown(self) -> str:
        """The page in Markdown."""
        kind = "warning" if self.code.startswith("W") else "error"
        parts = [f"# {self.code}", self.title, f"*{_KINDS[kind]}*", self.why]
        parts += ["## Wrong", self.wrong.markdown(), "## Right", self.right.markdown()]
        parts += [note for note in (_silenced(self.code), _mended(self.code)) if note]
        return "\n\n".join(parts) + "\n"

    def plain(self) -> str:
        """The page for a terminal."""
        return (
            f"{self.code}: {self.title}\n\n{self.why}\n\nWrong:\n\n{self.wrong.plain()}\nRight:\n\n{self.right.plain()}"
        )


_KINDS: Final = {
    "error": "An error: a site with it does not go live.",
    "warning": "A warning: the site goes live, and callers or agents will bear it.",
}


def _silenced(code: str) -> str:
    if not may_be_ignored(code):
        return ""
    return f"Where it is meant as it stands, say so: `# callwright: ignore {code} because …` on the line or above it."


def _mended(code: str) -> str:
    return "`callwright check --fix` puts some of these right by itself." if code in FIXED else ""


@lru_cache(maxsize=1)
def pages() -> dict[str, Page]:
    """Every page by its code."""
    found: dict[str, Page] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        data: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
        for code, told in data.items():
            wrong, right = Example.read(told["wrong"]), Example.read(told["right"])
            found[code] = Page(code, CODES.get(code, ""), " ".join(told["why"].split()), wrong, right)
    return dict(sorted(found.items()))


def explained(code: str) -> Page | None:
    """The page of a code, however it is written; None when there is no such code."""
    return pages().get(code.strip().upper())


def index_page() -> str:
    """The page that leads to all others."""
    lines = ["# What `callwright check` tells", "", _INDEX, "", "| code | |", "|---|---|"]
    lines += [
        f"| [{page.code}]({page.code}.md) | {page.title.replace('|', chr(92) + '|')} |" for page in pages().values()
    ]
    return "\n".join(lines) + "\n"


_INDEX: Final = """\
Codes that begin with E are errors and keep a site from going live; W are warnings. `callwright check --explain CODE`
shows a page in the terminal. Each example here is run by the suite: the wrong one yields exactly its code, the right
one nothing.

A warning, and an error that is a matter of judgment, is silenced where it is meant as it stands, with a reason for
the next reader, on the line itself or on the one above it:

```yaml
  spell:
    menu: For a, press 1.   # callwright: ignore W613 the second key is for our own staff
```

`--fix` mends what has one reading only: lengths of time without a unit, misspelled keys and verbs with a single near
word, bare `*` and `#`, quotes within quotes, `=` for `==`, names that differ in case alone, a key that stands twice
with the same value, telephone numbers without their country. It changes no other line, keeps comments and layout, and
leaves a change out when the site would be worse for it. A flow that could not be read before may show, once it can,
what was hidden in it.

The exit status is 0 when the site can go live, 1 when there are errors (with `--fail-on warnings`, warnings too), and
2 when there is nothing to check: no such folder, or no such code."""

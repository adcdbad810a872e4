"""The page about tests of flows, made from the models, so that the two cannot differ: `make docs` writes it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from call_flows.reference import summary, table, title
from call_flows.scenario.expectations import Asked, Expect, Promised, Sent
from call_flows.scenario.given import Customer, Given, QueueGiven
from call_flows.scenario.mocks import MOCKS
from call_flows.scenario.model import Dialogue, TestFile
from call_flows.scenario.steps import STEPS
from call_flows.strict import Strict

_ANYTHING: Final = {
    "| `call` | list of a verb and its keys |": "| `call` | list of steps |",
    "| `mock` | list of a verb and its keys |": "| `mock` | list of mocks |",
    "| `tests` | list of a verb and its keys |": "| `tests` | list of dialogues |",
    "| `at` | a verb and its keys |": "| `at` | moment |",
    "hours → a verb and its keys": "hours → open, closed, holiday, emergency",
    "| `silence` | whole number or length of time |": "| `silence` | true, whole number or length of time |",
    "| `leaves_message` | length of time or text |": "| `leaves_message` | true, length of time or text |",
    "a verb and its keys": "anything",
}


def tests_reference() -> str:
    """The whole page."""
    opening = (Path(__file__).parent / "reference_text.md").read_text(encoding="utf-8").rstrip()
    parts = [opening, "## A dialogue", table(Dialogue), "## Several in one file", summary(TestFile), table(TestFile)]
    parts += ["## given", *_models([Given], "###", headed=False), *_models([Customer, QueueGiven], "###")]
    parts += ["## Steps", *(part for step in STEPS for part in _kind(step, step.kind))]
    parts += ["## expect", summary(Expect), table(Expect), *_models([Asked, Sent, Promised], "###")]
    parts += ["## Mocks", _MOCKS, *(part for mock in MOCKS for part in _kind(mock, mock.kind))]
    page = "\n\n".join(parts) + "\n"
    for written, meant in _ANYTHING.items():
        page = page.replace(written, meant)
    return page


_MOCKS: Final = """\
Mocks stand for the world outside, in their order: the first that fits and is not used up answers. One without `times`
holds once where another with the same words follows, else always. A web service that no mock stands for fails the
test; messages are sent and promises made unless a mock refuses them."""


def _kind(model: type[Strict], kind: str) -> Iterable[str]:
    return f"### `{kind}`", summary(model), table(model)


def _models(models: Iterable[type[Strict]], mark: str, *, headed: bool = True) -> Iterable[str]:
    for model in models:
        yield from ([f"{mark} {title(model)}"] if headed else [])
        yield summary(model)
        yield table(model)

"""A static answering machine of TwiML documents behaves the same, performed by the exchange or imported."""

import os
from pathlib import Path

import pytest

from call_flows.importers.made import Fate
from call_flows.importers.reporting import report_json, report_text
from call_flows.importers.twiml.documents import TwimlRefused
from call_flows.importers.twiml.importing import import_twiml, read_texts
from exchange.lines.scripted import NotHeard
from exchange.rehearsal import ME, NUMBER, rehearse
from tests.call_flows.importers.both_ways import drive
from tests.call_flows.importers.studio_oracle import Gathered

DATA = Path(os.environ.get("CALLWRIGHT_DATA") or Path(__file__).parents[4] / "shared" / "data") / "twiml_corpus"
CLINIC = {
    "voice.xml": """<Response>
        <Say>Welcome to the clinic.</Say>
        <Gather numDigits="1" timeout="4" action="menu.xml">
          <Say>For appointments, press 1. For our hours, press 2.</Say>
        </Gather>
        <Say>We did not hear you.</Say>
        <Redirect>voice.xml</Redirect></Response>""",
    "menu.xml": "<Response><Redirect>choice-{{Digits}}.xml</Redirect></Response>",
    "choice-1.xml": """<Response>
        <Gather action="/noted.xml" finishOnKey="*" timeout="3"><Say>Key your number, then press star.</Say></Gather>
        <Say>Nothing was keyed.</Say><Hangup/><Say>Nobody hears this.</Say></Response>""",
    "choice-2.xml": """<Response><Say loop="2">We are open from nine to five.</Say>
        <Pause length="1"/><Redirect>voice</Redirect></Response>""",
    "noted.xml": "<Response><Say>You keyed {{Digits}}. Goodbye.</Say></Response>",
}


def performed(keys: list[str]) -> list[str]:
    """What is said when the exchange performs the documents, filling in values as a static host does."""

    def serve(path):
        def answer(params):
            return CLINIC[path].replace("{{Digits}}", params.get("Digits", ""))

        return answer

    async def scenario(exchange, app):
        caller = exchange.call(to=NUMBER, from_=ME)
        for pressed in [*keys, None]:
            try:
                await caller.meets("gather")
            except NotHeard:  # the call is over
                break
            await caller.silence(0.5)  # so that the prompt has begun
            if pressed is None:
                caller.hangs_up()
            elif pressed:
                await caller.presses(pressed)
        await caller.ended()
        return [str(one["text"]) for one in caller.notices if one.get("kind") == "say"]

    routes = {f"/{path}": serve(path) for path in CLINIC}
    routes |= {"/voice": serve("voice.xml"), "/status": ""}
    return rehearse(routes, scenario)


def imported_says(keys: list[str]) -> list[str]:
    """What is said when our engine runs the imported flow."""
    imported = import_twiml(CLINIC, name="clinic", number="+12025550100")
    assert not imported.errors, "\n".join(map(str, imported.errors))
    return drive(imported, [("gather", Gathered(keys=pressed)) for pressed in keys]).said


def once(said: list[str]) -> list[str]:
    """Each thing once in a row: the exchange tells of a loop once, we say it twice."""
    return [text for place, text in enumerate(said) if place == 0 or said[place - 1] != text]


@pytest.mark.parametrize(
    "keys",
    [
        ["1", "123*"],
        ["1", ""],
        ["1", "*"],
        ["2", "1", "77*"],
        ["", "2", "", "1", "5*"],
        ["2", "2"],
        [""],
        ["1", "12#3*"],
    ],
    ids=" then ".join,
)
def test_the_imported_flow_says_what_the_documents_say(keys):
    """Performed by the exchange's interpreter on one side, by our engine on the imported site on the other."""
    assert once(imported_says(keys)) == once(performed(keys))


def test_a_key_without_a_document_hears_an_apology_and_the_report_says_so():
    """Where the documents give no answer, the server would have: the way stays open, and marked."""
    imported = import_twiml(CLINIC, name="clinic")
    assert drive(imported, [("gather", Gathered(keys="7"))]).said[-1].startswith("We are sorry")
    menu = next(part for part in imported.parts if part.name == "menu.xml 1")
    assert menu.fate is Fate.NOTED
    assert "choice-{{Digits}}.xml" in menu.notes[0]


def test_verbs_behind_the_end_are_told_of():
    """What nothing leads to is not kept, and not passed over in silence."""
    imported = import_twiml(CLINIC, name="clinic")
    behind = next(part for part in imported.parts if part.name == "choice-1.xml 4")
    assert behind.notes == ["No way leads to it: what stands before it does not come back."]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<Response><Say>Hi</Say>", "not XML"),
        ("<TwilioResponse/>", "not TwiML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Response/>', "DTD"),
        ("<Response>" + " " * 70_000 + "</Response>", "64 KB"),
        ("", "not XML"),
    ],
)
def test_what_is_no_document_is_told_of_and_harms_nothing(text, why):
    """A folder may hold anything; what else is in it is imported."""
    imported = import_twiml({"a.xml": text, "b.xml": "<Response><Say>Hello.</Say></Response>"}, name="x")
    assert not imported.errors
    broken = next(part for part in imported.parts if part.name == "a.xml")
    assert broken.fate is Fate.LEFT
    assert why in broken.notes[0]


def test_a_folder_without_documents_is_refused_in_words(tmp_path):
    """With what to do."""
    with pytest.raises(TwimlRefused, match=r"Name a \.xml or \.twiml file"):
        read_texts(tmp_path)


def test_a_ring_of_redirects_does_not_spin():
    """Two documents that lead to each other and say nothing: the call waits a second in each round, and ends."""
    ring = {"a.xml": "<Response><Redirect>b.xml</Redirect></Response>"}
    ring["b.xml"] = "<Response><Redirect>a.xml</Redirect></Response>"
    imported = import_twiml(ring, name="ring")
    assert not imported.errors, "\n".join(map(str, imported.errors))
    assert drive(imported, []).said == ["We cannot hear you, so we will end this call. Please call again. Goodbye."]


@pytest.mark.data
@pytest.mark.parametrize("file", sorted(DATA.glob("*")), ids=lambda file: file.stem[:60])
def test_each_document_of_the_corpus_imports_with_a_report(file):
    """Twilio's own examples: whatever stands in them, a site that `check` accepts and a row for every verb."""
    imported = import_twiml(read_texts(file), name="corpus")
    assert not imported.errors, "\n".join(map(str, imported.errors))
    assert imported.parts or "<Response" in file.read_text()
    assert report_json(imported)
    assert "What `check` says" in report_text(imported, file.name)


@pytest.mark.data
def test_the_corpus_as_one_folder_imports():
    """A hundred documents at once, most of which have nothing to do with each other."""
    imported = import_twiml(read_texts(DATA), name="corpus")
    assert not imported.errors
    assert len(imported.parts) > 100

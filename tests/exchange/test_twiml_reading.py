"""Reading TwiML: anything may come, nothing crashes, and what is wrong is said with its line."""

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.twiml.document import read_answer, read_twiml, verbs
from exchange.twiml.elements import LIMIT, InvalidDocument, parse

DATA = Path(os.environ.get("CALLWRIGHT_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
URL = "http://app.test/voice"


def test_every_verb_of_the_issue_has_its_file():
    """A verb is found by standing in the folder; this list says which must."""
    assert set(verbs()) >= {"Say", "Play", "Pause", "Gather", "Record", "Redirect", "Hangup", "Reject"}
    assert set(verbs()) >= {"Enqueue", "Leave", "Dial", "Start", "Stop", "Connect"}


@pytest.mark.data
def test_the_corpus_is_read_without_a_crash():
    """Documents from Twilio's own samples are read or refused with a sentence, never with a traceback."""
    folder = DATA / "twiml_corpus"
    if not folder.is_dir():
        pytest.skip(f"no TwiML corpus at {folder}; set CALLWRIGHT_DATA")
    files = [file for file in folder.iterdir() if file.is_file()]
    refused = []
    for file in files:
        try:
            read_twiml(file.read_bytes(), URL)
        except InvalidDocument as problem:
            refused.append((file.name, problem.code))
    assert len(files) > 90
    assert len(refused) < len(files) / 2, refused


@given(st.binary(max_size=400) | st.text(alphabet="<>/&;!?[]- abSayResponse\"'=", max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(document: bytes):
    """The only exception that leaves the reader is InvalidDocument."""
    with contextlib.suppress(InvalidDocument):
        read_twiml(document, URL)


@given(
    attributes=st.dictionaries(
        st.sampled_from(
            ["timeout", "numDigits", "loop", "length", "input", "method", "bargeIn", "action", "x", "trim"]
        ),
        st.text(alphabet="0123456789-truefalsPOSTdm ", max_size=8),
        max_size=6,
    )
)
def test_any_attributes_make_a_verb_and_perhaps_notes(attributes: dict[str, str]):
    """A bad value is noted and replaced by the default: Twilio warns and goes on."""
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    for name in verbs():
        if name != "Response":
            read_twiml(f"<Response><{name} {written}/></Response>", URL)


@pytest.mark.parametrize(
    ("document", "code", "words"),
    [
        pytest.param("<Response><Say>hi</Response>", 12100, "mismatched tag", id="not well-formed"),
        pytest.param("<Answer/>", 12100, "<Answer>", id="another root"),
        pytest.param("<!DOCTYPE r [<!ENTITY a 'b'>]><Response/>", 12100, "document type", id="a document type"),
        pytest.param("plain words", 12100, "not XML", id="no XML at all"),
        pytest.param("<Response>" + " " * LIMIT + "</Response>", 11750, str(LIMIT), id="more than 64 KB"),
        pytest.param("<a>" * 60 + "</a>" * 60, 12100, "too deeply", id="nested too deeply"),
    ],
)
def test_an_invalid_document_says_why(document: str, code: int, words: str):
    """Error 12100 (document parse failure) and 11750 (body too large) are Twilio's."""
    with pytest.raises(InvalidDocument) as problem:
        read_twiml(document, URL)
    assert problem.value.code == code
    assert words in str(problem.value)


def test_entities_cannot_be_used_to_grow_or_to_read_files():
    """A billion laughs and an external entity are refused before anything is expanded."""
    bomb = '<!DOCTYPE z [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Response><Say>&b;</Say></Response>'
    with pytest.raises(InvalidDocument, match="document type"):
        parse(bomb)
    with pytest.raises(InvalidDocument):
        parse("<Response><Say>&unknown;</Say></Response>")


def test_a_schema_warning_names_the_attribute_and_the_line():
    """Error 12200: "The provided XML does not conform to the Twilio Markup XML schema"; the call goes on."""
    document = read_twiml('<Response>\n<Say volume="3">hi</Say>\n<Sing/>\n<Pause length="long"/></Response>', URL)
    assert [(note.code, note.line) for note in document.notes] == [(12200, 2), (12200, 3), (12200, 4)]
    assert "'volume'" in document.notes[0].message
    assert "<Sing>" in document.notes[1].message
    assert "'long'" in document.notes[2].message


@pytest.mark.parametrize(
    ("content_type", "body", "verb"),
    [
        pytest.param("text/plain", b"Hello & welcome", "Say", id="text is spoken"),
        pytest.param("audio/mpeg", b"\x00\x01", "Play", id="sound is played"),
        pytest.param("text/html", b"<Response><Hangup/></Response>", "Hangup", id="html is read as TwiML"),
        pytest.param("application/xml", b"<Response><Pause/></Response>", "Pause", id="xml is TwiML"),
    ],
)
def test_the_content_type_decides_what_an_answer_means(content_type: str, body: bytes, verb: str):
    """Twilio: text/xml, application/xml and text/html are TwiML; audio/* is played; text/plain is read aloud."""
    document = read_answer(body, content_type, URL)
    assert [type(one).name for one, _ in document.verbs] == [verb]


def test_another_content_type_is_an_error():
    """Error 12300: "Invalid Content-Type"."""
    with pytest.raises(InvalidDocument) as problem:
        read_answer(b"{}", "application/json", URL)
    assert problem.value.code == 12300


def test_an_empty_answer_does_nothing():
    """An empty body is a document without verbs."""
    assert read_answer(b"", "", URL).verbs == ()

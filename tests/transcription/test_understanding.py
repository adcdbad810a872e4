"""What is understood of a conversation, by rules and word lists: the same every time, each finding with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.query import parse, words_of
from transcription.understanding.language import words_for
from transcription.understanding.measures import measure, silences, talk_overs
from transcription.understanding.mood import mood_of, moods_of
from transcription.understanding.rules import (
    CallsAgain,
    Condition,
    Finding,
    Follows,
    Kind,
    Quiet,
    Rule,
    Said,
    Sours,
    TalksOver,
    find_all,
)
from transcription.understanding.summary import summarise
from transcription.understanding.turns import Conversation, Span, Turn
from transcription.understanding.understand import understand

EN, ES = words_for("en-US"), words_for("es-US")
LINES = [
    ("caller", 0, 3000, "hello im calling about a charge on my account"),
    ("agent", 3500, 6000, "let me have a look at that charge for you"),
    ("caller", 6200, 9000, "this is the third time i call and nobody helps"),
    ("agent", 16000, 19000, "i will refund the charge and you will see it within two days"),
    ("caller", 18000, 20000, "thank you that is great"),
]


def turn(speaker: str, start: int, end: int, text: str, seq: int = 0) -> Turn:
    return Turn(speaker, start, end, text, tuple(words_of(text)), "", seq)


def talk(*lines: tuple[str, int, int, str], **more: object) -> Conversation:
    return Conversation(tuple(turn(*line, seq=place) for place, line in enumerate(lines)), **more)


def found(when: Condition, conversation: Conversation, words: object = EN) -> Finding | None:
    rule = Rule("rule", Kind.ALERT, when, "Look.")
    return next(iter(find_all([rule], conversation, words)), None)


def said(text: str, **more: object) -> Said:
    return Said(parse(text).terms, **more)


def test_a_conversation_is_measured() -> None:
    """Talk, silence of three seconds and more, talk-over, who cut in, the longest stretch without a break."""
    measures = measure(talk(*LINES))
    assert (measures.caller_ms, measures.agent_ms) == (7800, 5500)
    assert measures.agent_share == pytest.approx(0.4135, abs=1e-3)
    assert (measures.silence_ms, measures.longest_silence_ms) == (7000, 7000)
    assert (measures.talk_overs, measures.interruptions_by_agent) == (1, 0)
    assert (measures.longest_monologue_ms, measures.monologue_by) == (3000, "caller")


def test_music_on_hold_and_the_queue_are_no_silence() -> None:
    """Nobody could speak there."""
    conversation = talk(*LINES, holds=(Span(9500, 12000),), apart=(Span(12000, 13500),))
    assert [span.length_ms for span in silences(conversation)] == []
    assert measure(conversation).hold_ms == 2500


def test_an_aside_does_not_end_a_monologue() -> None:
    """Somebody says "mm-hm" while the other explains."""
    lines = [("agent", 0, 5000, "so first you open the page"), ("caller", 5000, 5400, "right")]
    measures = measure(talk(*lines, ("agent", 5500, 12000, "and then you press the button")))
    assert (measures.longest_monologue_ms, measures.monologue_by) == (12000, "agent")


def test_nothing_said_is_measured_as_nothing() -> None:
    """A call without a word."""
    measures = measure(Conversation((), now_ms=60_000))
    assert (measures.agent_share, measures.silence_ms, measures.monologue_by) == (None, 0, "")


SENTENCES = [
    ("that is great thank you so much", 1),
    ("you have been very helpful", 1),
    ("perfect that works", 1),
    ("im so happy it is sorted out", 1),
    ("i was worried but now everything is fine", 1),
    ("no problem at all", 1),
    ("not bad at all", 1),
    ("this is terrible", -1),
    ("i am not happy with this", -1),
    ("this is really not good", -1),
    ("i am extremely frustrated", -1),
    ("nobody helps me and i am fed up", -1),
    ("you were friendly but the service is awful", -1),
    ("my card was stolen", -1),
    ("it doesnt work", -1),
    ("the worst service i have ever had", -1),
    ("i would like to know my balance", 0),
    ("it is four one two seven", 0),
    ("next monday at nine", 0),
    ("can you send it to my address", 0),
]
ORACIONES = [
    ("muchas gracias muy amable", 1),
    ("perfecto todo bien", 1),
    ("no estoy contenta con el servicio", -1),
    ("esto es inaceptable", -1),
    ("estoy muy molesto", -1),
    ("estoy harta de esperar", -1),
    ("no funciona", -1),
    ("fue amable pero el servicio es pésimo", -1),
    ("quiero saber mi saldo", 0),
    ("el lunes a las nueve", 0),
]


@pytest.mark.parametrize(("words", "sentences"), [(EN, SENTENCES), (ES, ORACIONES)], ids=["english", "spanish"])
def test_the_sign_of_a_mood_is_right_for_nine_sentences_in_ten(words: object, sentences: list) -> None:
    """Measured on sentences as callers say them. A word list is no judge: the pages say so."""
    signs = [
        (score > 0.05) - (score < -0.05) for text, _ in sentences if (score := mood_of(words_of(text), words).score) + 2
    ]
    right = sum(sign == expected for sign, (_, expected) in zip(signs, sentences, strict=True))
    assert right / len(sentences) >= 0.9, [
        text for sign, (text, expected) in zip(signs, sentences, strict=True) if sign != expected
    ]


def test_a_mood_says_which_words_it_rests_on() -> None:
    """So that somebody can disagree."""
    mood = mood_of(words_of("Thank you so much, you've been very helpful"), EN)
    assert mood.because == ("thank you so much", "helpful")
    assert mood_of(words_of("my balance"), EN).because == ()


def test_a_slope_is_the_second_half_less_the_first() -> None:
    """A caller who came angry and leaves content."""
    lines = [("caller", n * 1000, n * 1000 + 900, text) for n, text in enumerate(["awful", "bad", "good", "excellent"])]
    moods = moods_of(talk(*lines).turns, "caller", EN)
    assert moods.slope > 0.5
    assert moods.turns == 4


@pytest.mark.parametrize(
    ("when", "at_ms", "seq"),
    [
        (said("refund"), 16000, 3),
        (said("refund", by="caller"), None, None),
        (said('"charge on my"'), 0, 0),
        (said("charg*", by="agent"), 3500, 1),
        (said("charge", unless=parse("account look").terms[:1]), 3500, 1),
        (Said(pattern=r"\bwithin (one|two) days\b"), 16000, 3),
        (Follows(said("charge"), said("refund", by="agent"), 30_000), 16000, 3),
        (Follows(said("charge"), said("refund"), 5_000), None, None),
        (Follows(said("refund"), said("look"), 30_000), None, None),
        (Quiet(7_000), 16000, 0),
        (Quiet(7_001), None, None),
        (TalksOver(1, 60_000), 18000, 0),
        (TalksOver(2, 60_000), None, None),
        (TalksOver(1, 60_000, by="agent"), None, None),
        (CallsAgain(3), 6200, 2),
        (CallsAgain(4), None, None),
    ],
)
def test_a_rule_holds_from_one_moment_on(when: Condition, at_ms: int | None, seq: int | None) -> None:
    """And says which, so that a page can jump there."""
    finding = found(when, talk(*LINES))
    assert (finding.at_ms, finding.seq) == (at_ms, seq) if at_ms is not None else finding is None


def test_a_silence_is_found_while_it_lasts() -> None:
    """A supervisor is told at the fortieth second, not when somebody speaks again."""
    assert found(Quiet(40_000), talk(*LINES, now_ms=59_000)) is None
    finding = found(Quiet(40_000), talk(*LINES, now_ms=60_500))
    assert finding is not None
    assert finding.at_ms == 60_000


def test_a_mood_that_falls_is_found_in_the_turn_that_tipped_it() -> None:
    """The mean of the last three against all before them."""
    texts = ["great thank you", "good", "this is awful", "terrible", "i am furious"]
    lines = [("caller", n * 1000, n * 1000 + 900, text) for n, text in enumerate(texts)]
    finding = found(Sours(0.7), talk(*lines))
    assert finding is not None
    assert finding.seq == 3
    assert found(Sours(0.7), talk(*lines[:3])) is None


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("this is the third time i'm calling", "en-US", 3),
        ("i have called you five times", "en-US", 5),
        ("i've called twice", "en-US", 2),
        ("this is my 4th time i call", "en-US", 4),
        ("es la tercera vez que llamo", "es-US", 3),
        ("ya he llamado cuatro veces", "es-US", 4),
        ("i will call you three times", "en-US", None),
        ("the third time i went there", "en-US", None),
    ],
)
def test_how_often_somebody_has_called_is_understood(text: str, language: str, count: int | None) -> None:
    """By the language's own ways to say it."""
    finding = found(CallsAgain(2), talk(("caller", 0, 1000, text)), words_for(language))
    assert (finding.detail["times"] if finding else None) == count


def test_a_language_without_words_is_not_guessed_at() -> None:
    """Rules of words still hold; moods and counts are unknown, which is not the same as even."""
    understood = understand(talk(*LINES), [Rule("charge", Kind.TOPIC, said("charge"))], "de-DE")
    assert understood.caller.turns == 0
    assert [finding.rule.name for finding in understood.findings] == ["charge"]
    assert understood.summary


def test_a_summary_is_the_reason_and_the_promise_in_their_order() -> None:
    """The next agent reads why, and what was promised; pleasantries are left out."""
    lines = [
        ("agent", 0, 1000, "hello good morning how can i help you today"),
        ("caller", 2000, 5000, "i lost my card yesterday and i need a new card please"),
        ("agent", 6000, 8000, "okay one moment please thank you"),
        ("caller", 9000, 10000, "yeah thanks the weather is fine here"),
        ("agent", 11000, 15000, "i have blocked the card and a new card comes within five days"),
    ]
    summary = summarise(talk(*lines).turns, EN, most=2)
    assert [(line.speaker, line.start_ms) for line in summary] == [("caller", 2000), ("agent", 11000)]


def test_a_summary_has_few_lines_and_all_of_them_were_said() -> None:
    """Nothing is worded anew, however long the call."""
    lines = [
        ("caller", n * 1000, n * 1000 + 900, f"the number {n} of my long list of things is wrong") for n in range(300)
    ]
    summary = summarise(talk(*lines).turns, EN)
    assert len(summary) == 4
    assert {line.text for line in summary} <= {line[3] for line in lines}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["caller", "agent"]), st.integers(0, 100_000), st.integers(0, 9000), st.text(max_size=40)
        ),
        max_size=30,
    )
)
def test_any_conversation_can_be_understood(lines: list[tuple[str, int, int, str]]) -> None:
    """Whatever a recogniser writes: no error, nothing negative, findings within the call."""
    turns = sorted((turn(who, at, at + length, text) for who, at, length, text in lines), key=lambda one: one.start_ms)
    conversation = Conversation(tuple(turns))
    rules = [
        Rule("quiet", Kind.ALERT, Quiet(3000)),
        Rule("a", Kind.TOPIC, said("a*")),
        Rule("s", Kind.ALERT, Sours(0.1)),
    ]
    understood = understand(conversation, rules, "en-US")
    assert min(understood.measures.silence_ms, understood.measures.caller_ms, understood.measures.agent_ms) >= 0
    assert all(0 <= finding.at_ms <= conversation.end_ms for finding in understood.findings)
    assert all(over.span.length_ms >= 500 for over in talk_overs(conversation.turns))

"""The verb `steer`, talked to, and what it learns from."""
# ruff: noqa: E501 - a flow reads best in one line

import numpy as np
import pytest

from call_flows.actions import Collect
from call_flows.hearing.phrases import normalise
from call_flows.loader import load_site, load_texts
from call_flows.nodes.steer import THRESHOLD
from call_flows.notes import Answered, ExitTaken
from call_flows.steering import classifier, matcher
from call_flows.steering.classifier import Classifier
from call_flows.steering.examples import read_examples
from call_flows.steering.matcher import Matcher, Wish, learned
from call_flows.steering.trust import USUAL, learn_trust
from tests.call_flows.conftest import Talk, problems_of, texts_of

INTENTS = """
      balance:
        says: {en-US: [my balance], es-US: [mi saldo]}
        examples:
          en-US: [how much money do I have, what is in my account, tell me what I have left, is there money in my account]
          es-US: [cuánto dinero tengo, qué hay en mi cuenta, dígame cuánto me queda]
        about: {en-US: your balance, es-US: su saldo}
        press: "1"
        next: balance
      lost:
        examples:
          en-US: [I lost my card, my card was stolen, somebody took my card, my card is gone, I cannot find my card]
          es-US: [he perdido mi tarjeta, me robaron la tarjeta, no encuentro mi tarjeta]
        about: {en-US: a lost card, es-US: una tarjeta perdida}
        next: lost
      new_card:
        examples:
          en-US: [I want a new card, order a card please, can I have a second card, send me another card, I need a card]
          es-US: [quiero una tarjeta nueva, pedir una tarjeta, necesito otra tarjeta]
        about: {en-US: a new card, es-US: una tarjeta nueva}
        next: new_card
"""
STEER = f"""
flow: main
always: {{"0": people, "agent": people}}
slots: {{topic: {{type: text}}}}
start: front
nodes:
  front:
    steer: {{en-US: How may I help you?, es-US: ¿En qué puedo ayudarle?}}
    intents: {INTENTS}
    into: topic
    unsure: unsure
    failed: failed
  balance: {{say: {{en-US: Balance., es-US: Saldo.}}, next: bye}}
  lost: {{say: {{en-US: Lost., es-US: Perdida.}}, next: bye}}
  new_card: {{say: {{en-US: New., es-US: Nueva.}}, next: bye}}
  unsure: {{say: {{en-US: Unsure., es-US: No sé.}}, next: people}}
  failed: {{say: {{en-US: Failed., es-US: Nada.}}, next: people}}
  people: {{queue: billing, failed: bye}}
  bye: {{hang_up: {{en-US: Goodbye., es-US: Adiós.}}}}
"""
BOTH = "my card"


@pytest.fixture(scope="module")
def site():
    return load_texts(texts_of(STEER))


@pytest.fixture
def talk(site):
    return Talk(site)


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("my balance", "balance"),
        ("I would like to know my balance please", "balance"),
        ("my balanse", "balance"),
        ("I LOST MY CARD!", "lost"),
        ("what do I have in the account", "balance"),
        ("somebody stole my card", "lost"),
        ("please send me a new card", "new_card"),
    ],
)
def test_a_callers_own_words_lead_where_they_mean(talk, said, topic):
    """Known phrases, nearly known ones, and words like those of the examples."""
    assert talk.last.hints == ()
    talk.speak(said)
    assert talk.state.slots["topic"] == topic
    assert talk.notes(ExitTaken)[0].exit == f"intent {topic}"


def test_spanish_is_learned_apart(site):
    """Each language from its own sentences."""
    talk = Talk(site, language="es-US").speak("me han robado la tarjeta")
    assert talk.state.slots["topic"] == "lost"
    assert Talk(site, language="es-MX").speak("cuánto dinero me queda").state.slots["topic"] == "balance"


def test_a_key_works_for_who_cannot_speak(talk):
    """No way may be for speech alone."""
    assert talk.press("1").state.slots["topic"] == "balance"


def near(site, monkeypatch):
    """Two intents equally near, whatever was learned."""
    from call_flows.steering.matcher import Meant

    node = site.flows["main"].nodes["front"]
    monkeypatch.setattr(type(node.matcher("en-US")), "meant", lambda *_: Meant("lost", 0.4, "new_card", 0.35))


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        ("1", "Lost."),
        ("2", "New."),
        ("the second one", "New."),
        ("a lost card", "Lost."),
        ("it is about a new card", "New."),
    ],
)
def test_two_that_are_near_are_asked_about(site, monkeypatch, answer, heard):
    """Rather one question more than a caller in the wrong place."""
    near(site, monkeypatch)
    talk = Talk(site).speak(BOTH)
    assert talk.heard.startswith("Is it about a lost card, or about a new card? For a lost card, press 1.")
    assert {"a lost card", "the first"} <= set(talk.last.hints)
    talk.press(answer) if answer.isdigit() else talk.speak(answer)
    assert talk.heard.startswith(heard)


def test_neither_is_said_in_other_words_and_then_unsure(site, monkeypatch):
    """Three times not understood is the designer's `unsure`, not `failed`: something was said."""
    near(site, monkeypatch)
    talk = Talk(site).speak(BOTH).press("3")
    assert talk.heard == "Please say it in other words, in one short sentence."
    monkeypatch.undo()
    talk.speak("zzz").speak("zzz")
    assert talk.notes(ExitTaken)[0].exit == "unsure"


def test_another_wish_said_instead_of_the_choice_is_taken(site, monkeypatch):
    """Callers change their minds."""
    near(site, monkeypatch)
    talk = Talk(site).speak(BOTH).speak("how much money do I have")
    assert talk.state.slots["topic"] == "balance"


def test_a_person_is_in_reach_at_both_questions(site, monkeypatch):
    """0 and agent."""
    assert Talk(site).speak("agent").node == "people"
    near(site, monkeypatch)
    assert Talk(site).speak(BOTH).speak("agent").node == "people"
    assert Talk(site).speak(BOTH).press("0").node == "people"


def test_what_is_like_nothing_is_asked_again_and_then_unsure(talk):
    """Understood is noted only when it was."""
    talk.speak("qwertz uiop")
    assert talk.heard == "Sorry, I did not understand. Please say it in other words, in one short sentence."
    assert [note.understood for note in talk.notes(Answered)] == [False]
    talk.speak("qwertz uiop").speak("qwertz uiop")
    assert talk.heard.startswith("Unsure.")


def test_silence_fails(talk):
    """Nothing said is not the same as nothing understood."""
    talk.silence().silence().silence()
    assert talk.heard.startswith("Failed.")


def test_silence_at_the_choice_asks_it_once_more_and_ends(site, monkeypatch):
    """Never for ever."""
    near(site, monkeypatch)
    talk = Talk(site).speak(BOTH).silence()
    assert talk.heard.startswith("Is it about")
    assert isinstance(talk.silence().last, Collect)
    assert talk.silence().heard.startswith("Failed.")


FILE = """
balance: [how rich am I, the sum on my account, what have I got]
weather: [what is the weather, will it rain, is it sunny today, how warm is it]
"""


def test_a_file_of_the_site_holds_more_examples_and_those_of_none():
    """What callers say beside the point is learned too, and belongs to the version."""
    flow = STEER.replace("    into: topic\n", "    into: topic\n    sentences: bank\n")
    texts = {**texts_of(flow), "intents/bank.yaml": FILE}
    site = load_texts(texts)
    assert "intents/bank.yaml" in site.texts
    assert site.version != load_texts({**texts, "intents/bank.yaml": FILE + "x: [y]\n"}).version
    assert Talk(site).speak("how rich am I").state.slots["topic"] == "balance"
    assert Talk(site).speak("will it rain today").node == "front"
    meant = site.flows["main"].nodes["front"].matcher("en-US").meant("is it warm and sunny today")
    assert meant.intent == ""


def test_a_folder_brings_its_examples(tmp_path):
    """`intents/*.yaml` beside `flows/`."""
    texts = {
        **texts_of(STEER.replace("    into: topic\n", "    into: topic\n    sentences: bank\n")),
        "intents/bank.yaml": FILE,
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert Talk(load_site(tmp_path)).speak("how rich am I").state.slots["topic"] == "balance"


HEARD = (
    STEER.replace("slots: {topic: {type: text}}", "slots: {topic: {type: text}, wish: {type: text}}")
    .replace("    into: topic\n", "    into: topic\n    heard: wish\n    tries: 1\n")
    .replace("    unsure: unsure\n", "    unsure: asked\n")
    .replace("  people:", "  asked: {knowledge: What?, about: wish, answered: bye, unsure: unsure}\n  people:", 1)
)
ARTICLE = {"knowledge/fees.md": "# Fees\n\nAn account costs four dollars.\n\n## Questions\n\n- What are your fees\n"}


def test_what_is_no_intent_is_asked_of_the_articles_without_asking_the_caller_again():
    """`heard` hands the words on: one question, one answer."""
    talk = Talk(load_texts({**texts_of(HEARD), **ARTICLE})).speak("what are your fees")
    assert talk.heard.startswith("An account costs four dollars.")
    assert (talk.state.slots["wish"], "topic" in talk.state.slots) == ("what are your fees", False)


def test_the_words_are_kept_with_an_intent_too_and_emptied_by_a_key(site):
    """What was said stays what was said, also after the question which of two."""
    loaded = load_texts({**texts_of(HEARD), **ARTICLE})
    assert Talk(loaded).speak("I lost my card!").state.slots["wish"] == "I lost my card!"
    assert Talk(loaded).press("1").state.slots["wish"] == ""


def test_words_in_a_private_slot_stay_out_of_the_log():
    """Neither as the slot nor as what was answered."""
    private = HEARD.replace("wish: {type: text}", "wish: {type: text, private: true}")
    talk = Talk(load_texts({**texts_of(private), **ARTICLE})).speak("somebody stole my card")
    assert "stole" not in repr(talk.step.notes)
    assert talk.state.slots["topic"] == "lost"


def test_a_slot_for_what_was_heard_holds_text():
    """A number would take none of it."""
    assert "E012" in [
        problem.code for problem in problems_of(HEARD.replace("wish: {type: text}", "wish: {type: money}"))
    ]


def test_wrong_examples_are_refused_in_words():
    """A name that stands for no file, a file that is no list, an intent nobody can be understood for."""
    named = STEER.replace("    into: topic\n", "    into: topic\n    sentences: bnk\n")
    assert "E115" in [problem.code for problem in problems_of(named)]
    _found, problems = read_examples({"intents/bank.yaml": "balance: 5\nlost: [1]\n", "intents/b.yaml": "[a]"})
    assert [problem.code for problem in problems] == ["E012", "E012", "E012"]
    bare = STEER.replace(
        "[I lost my card, my card was stolen, somebody took my card, my card is gone, I cannot find my card]",
        "[I lost it]",
    )
    assert "W640" in [problem.code for problem in problems_of(bare)]


SMALL = {
    "open": Wish(("opening hours",), ("when do you open", "are you open on sunday", "until when are you open")),
    "price": Wish((), ("what does it cost", "how much is it", "tell me the price")),
}


def test_the_same_examples_are_learned_once_and_alike():
    """By the hash of what they say; nothing is drawn by chance."""
    assert learned(SMALL) is learned(dict(SMALL))
    assert learned(SMALL) is not learned({**SMALL, "x": Wish((), ("y",))})
    said = "do you open on monday"
    assert Matcher(SMALL).meant(said) == Matcher(SMALL).meant(said)
    assert Matcher(SMALL).meant(said).intent == "open"


def test_what_is_kept_is_bounded():
    """A site that changes all day must not fill the memory."""
    for place in range(matcher._MOST_KEPT + 5):
        learned({"a": Wish((), (f"sentence {place}",)), "b": Wish((), ("other",))})
    assert len(matcher._learned) <= matcher._MOST_KEPT


@pytest.mark.parametrize("wishes", [{}, {"a": Wish()}, {"a": Wish((), ("",))}, {"a": Wish(("one",))}])
def test_an_intent_with_little_or_nothing_to_learn_from_still_answers(wishes):
    """Three words of a designer who has just begun."""
    found = Matcher(wishes)
    for said in ("", "one", "anything at all", "²"):
        found.meant(said)
        found.phrase(said)


def test_many_examples_are_learned_a_few_at_a_time_to_the_same_end(monkeypatch):
    """Both ways of learning are the same classifier."""
    words = {
        0: ["red apple", "apple tree", "sweet apple"],
        1: ["fast car", "red car", "car wheel"],
        2: ["deep sea", "blue sea", "sea water"],
    }
    pairs = [(sentence, intent) for intent, found in words.items() for sentence in found]
    sentences, intents = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    at_once = Classifier(sentences, intents, 3)
    monkeypatch.setattr(classifier, "_MOST_AT_ONCE", 0)
    in_parts = Classifier(sentences, intents, 3)
    for said, intent in [("an apple", 0), ("a big car", 1), ("the sea", 2)]:
        for made in (at_once, in_parts):
            scores = made.scores(said)
            assert int(scores.probabilities.argmax()) == intent
            assert float(scores.probabilities.sum()) == pytest.approx(1, abs=1e-4)


def test_trust_is_learned_where_there_is_enough_to_learn_from():
    """Few examples fall back on what is usual."""
    assert learn_trust(["a", "b"], [0, 1], 2) == USUAL
    sentences = [
        f"{word} {more}"
        for word in ("apple", "car", "sea", "hill", "lamp", "song")
        for more in ("red", "old", "big", "my", "this", "any")
    ]
    found = learn_trust(sentences, [place // 6 for place in range(36)], 6)
    assert found == learn_trust(sentences, [place // 6 for place in range(36)], 6)
    assert len(found) == len(USUAL)
    assert np.isfinite(found).all()


@pytest.mark.data
def test_banking_sentences_are_steered_better_than_by_plain_tf_idf(data, monkeypatch):
    """The benchmark's figures, on a part of its sentences."""
    from benchmarks import steer

    monkeypatch.setenv("CALLWRIGHT_DATA", str(data))
    train, test = steer.read("banking77_train.csv"), steer.read("banking77_test.csv")[::10]
    examples = steer.draw(train, 5)
    found = steer.matcher(examples)
    right = steer.share(test, lambda sentence: found.meant(sentence).intent)
    assert right > steer.share(test, steer.baseline(examples)) + 3
    kept = steer.taken(found, test)
    assert kept["wrong"] < 0.2 * kept["right"]
    assert 0 < THRESHOLD < 1


def test_a_benchmark_without_its_data_says_what_to_do(monkeypatch, tmp_path):
    """Not measured is not the same as measured and bad."""
    from benchmarks import steer

    monkeypatch.setenv("CALLWRIGHT_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match="CALLWRIGHT_DATA"):
        steer.read("banking77_train.csv")


def test_sentences_are_compared_without_case_accents_and_points():
    """As recognisers write them."""
    assert normalise("¿Cuánto TENGO?") == ("cuanto", "tengo")

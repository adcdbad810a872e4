"""What may not be kept is found in the words, however it is said, and what only sounds like it is left alone."""

import pytest

from ivr.redaction_words import lexicon_of
from tests.transcription.measured import measure
from tests.transcription.spoken_forms import forms
from transcription.redact.find import asked_by, find
from transcription.redact.items import Heard
from transcription.redact.numbers import luhn


def heard(said, start=0):
    """Words of 300 ms each."""
    return [Heard(word, start + 300 * at, start + 300 * at + 250) for at, word in enumerate(said.split())]


def spans(said, language="en", *, asked="", private=()):
    """The kinds found, each with its words."""
    lexicon = lexicon_of(language)
    words = heard(said, 10_000)
    questions = asked_by(heard(asked, 5_000), lexicon)
    found = find(words, lexicon, asked=questions, private=private)
    return [(span.kind, " ".join(word.text for word in words[span.first : span.last + 1])) for span in found]


@pytest.mark.parametrize(
    "said",
    [
        "four one one one one one one one one one one one one one one one",
        "four triple one double one double one double one double one double one double one",
        "forty one eleven eleven eleven eleven eleven eleven eleven",
        "four thousand one hundred eleven eleven eleven eleven eleven eleven eleven",
        "four one one one um one one one one hang on one one one one and then one one one one",
        "for one one one won one one one one one one one one one one one",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111111111111111",
        "three seven eight two eight two two four six three one oh oh oh five",
    ],
)
def test_a_card_is_found_however_its_digits_are_grouped(said):
    """Luhn's check tells a card without any word about cards."""
    ((kind, words),) = spans(f"yes {said} thanks")
    assert kind == "card"
    assert words.split()[-1] == said.split()[-1]


@pytest.mark.parametrize(
    "said",
    [
        "cuatro uno uno uno uno uno uno uno uno uno uno uno uno uno uno uno",
        "cuarenta y uno once once once once once once once",
        "cuatro mil ciento once mil ciento once mil ciento once mil ciento once",
        "cuatro triple uno doble uno doble uno eh doble uno doble uno luego doble uno doble uno",
    ],
)
def test_a_card_is_found_in_spanish(said):
    assert spans(f"claro {said} gracias", "es") == [("card", said)]


def test_a_card_of_which_the_recogniser_lost_a_digit_is_found_by_what_is_said_of_it():
    """One digit misheard and the check digit is wrong: beside words of a card so many digits are one all the same."""
    assert spans("my card is four one one one one one one one one one one one one one one")[0][0] == "card"


def test_the_groups_of_a_card_may_stand_apart():
    said = "my visa is four one one one now where is it one one one one my glasses one one one one and one one one one"
    assert [kind for kind, _ in spans(said)].count("card") >= 3


@pytest.mark.parametrize(
    ("asked", "said", "kind", "value"),
    [
        ("and the security code", "one two three", "cvv", "one two three"),
        ("when does the card expire", "oh three twenty seven", "expiry", "oh three twenty seven"),
        (
            "your date of birth please",
            "march third nineteen eighty five",
            "birth_date",
            "march third nineteen eighty five",
        ),
        ("your social please", "one two three forty five sixty seven eighty nine", "ssn", None),
        ("and the order number", "four four seven one two", "", None),
    ],
)
def test_the_other_partys_question_tells_what_the_answer_is(asked, said, kind, value):
    found = spans(said, asked=asked)
    assert [one for one, _ in found] == ([kind] if kind else [])
    assert not kind or found[0][1] == (value or said)


def test_a_question_long_ago_tells_nothing():
    lexicon = lexicon_of("en")
    asked = asked_by(heard("and the security code"), lexicon)
    assert find(heard("one two three", 60_000), lexicon, asked=asked) == []


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("it's jane dot doe at example dot com okay", "jane dot doe at example dot com"),
        ("my email is j d o e four two at gmail dot com thanks", "j d o e four two at gmail dot com"),
        ("write to jane.doe@example.com please", "jane.doe@example.com"),
        ("email jane under score doe example dot com", "jane under score doe example dot com"),
    ],
)
def test_an_address_is_found_as_it_is_spoken(said, value):
    """The last one lost its `at` on the way: the word before says what it is."""
    assert spans(said) == [("email", value)]


@pytest.mark.parametrize(
    "said",
    [
        "that comes to four hundred twenty dollars and fifty cents",
        "at three thirty p m on the third of march",
        "my order number is four four seven one two three nine eight seven",
        "it was built in nineteen eighty five",
        "look at example dot com",
        "two to four weeks is too long for me",
        "my card ends in one one one one",
        "my policy expires on march third twenty twenty seven",
    ],
)
def test_what_only_sounds_like_it_is_left_alone(said):
    assert spans(said) == []


def test_what_was_given_in_private_is_found_when_it_is_said_later():
    """The account keyed into a private question and the password spoken to one, in whatever grouping."""
    said = "so your account double seven one two is fine and the word is Pineapple yes"
    assert spans(said, private=["7712", "pineapple", "1"]) == [
        ("private", "double seven one two"),
        ("private", "Pineapple"),
    ]


def test_a_language_without_words_of_its_own_still_has_its_cards_found():
    """What numbers mean is not written for French; a bare card needs no words."""
    assert spans("4111 1111 1111 1111", "fr") == [("card", "4111 1111 1111 1111")]


def test_luhn_is_right_of_known_numbers():
    """The test numbers card schemes publish."""
    assert luhn("4111111111111111")
    assert luhn("378282246310005")
    assert not luhn("4111111111111112")


@pytest.mark.promise(33)
@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_of_spoken_forms_nearly_all_are_found_and_nearly_nothing_else(count):
    """The promise's figures, on forms of all kinds in all groupings, with disfluencies and misheard words."""
    measured = measure(forms(count, seed=7))
    assert measured.recall >= 0.99, measured.missed[:5]
    assert measured.precision >= 0.95, measured.false[:5]


def test_the_forms_are_the_same_for_the_same_seed():
    assert forms(50, seed=3) == forms(50, seed=3) != forms(50, seed=4)

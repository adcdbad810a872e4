"""What may be told of a track while it is spoken: digits are held until it is known what they are."""

from ivr.redaction_words import lexicon_of
from transcription.redact.spans import KINDS
from transcription.redact.track import Rules, TrackMasker
from transcription.stream import Final, Partial, SpokenWord


def final(seq, said, start=0):
    words = tuple(
        SpokenWord(word, start + 300 * at, start + 300 * at + 250, 0.9) for at, word in enumerate(said.split())
    )
    return Final(seq, said, start, words[-1].end_ms, words, 0.9)


def masker(*kinds, **more):
    return TrackMasker(Rules(lexicon_of("en"), frozenset(kinds or KINDS), **more))


def texts(lines):
    return [line.text for line in lines]


def test_words_without_numbers_are_told_as_they_are():
    one = final(0, "where is my money")
    assert masker().take([one], position_ms=2_000).news == [one]


def test_a_card_in_one_breath_is_one_word_at_its_time():
    said = final(0, "my card is four one one one one one one one one one one one one one one one thanks", 1_000)
    (told,) = masker().take([said], position_ms=9_000).news
    assert told.text == "my card is [card] thanks"
    mark = told.words[3]
    assert (mark.text, mark.redacted) == ("[card]", "card")
    assert (mark.start_ms, mark.end_ms) == (said.words[3].start_ms, said.words[18].end_ms)


def test_a_card_in_four_breaths_is_never_told_and_each_part_is_marked_in_the_end():
    """Each group is held when it comes, and all of them are told anew when the last one shows what they are."""
    track = masker()
    told = [
        track.take(
            [final(seq, "four one one one" if not seq else "one one one one", 3_000 * seq)], position_ms=3_000 * seq
        )
        for seq in range(4)
    ]
    assert [texts(one.news) for one in told] == [["[…]"], ["[…]"], ["[…]"], ["[card]"]]
    assert texts(told[3].again) == ["[card]", "[card]", "[card]"]
    assert all(not one.hidden for one in told)


def test_digits_that_turn_out_harmless_are_told_after_all():
    """A pause of eight seconds of sound, and the order number can be read."""
    track = masker()
    first = track.take([final(0, "it's four four seven one")], position_ms=2_000)
    assert texts(first.news) == ["it's […]"]
    assert not track.take([], position_ms=5_000).again
    assert texts(track.take([], position_ms=10_000).again) == ["it's four four seven one"]


def test_the_end_of_the_track_tells_what_was_held():
    track = masker()
    track.take([final(0, "it's four four seven one")], position_ms=2_000)
    assert texts(track.take([], position_ms=2_100, over=True).again) == ["it's four four seven one"]


def test_other_words_tell_what_was_held():
    track = masker()
    track.take([final(0, "it's four four seven one")], position_ms=2_000)
    told = track.take([final(1, "that is my order as you know very well", 2_500)], position_ms=6_000)
    assert texts(told.again) == ["it's four four seven one"]


def test_what_was_told_and_is_part_of_a_card_after_all_is_told_anew_with_less():
    """The pause was long enough for the digits to be shown: whoever watches has to forget them."""
    track = masker()
    track.take([final(0, "four one one one one one one one", 0)], position_ms=2_000)
    assert texts(track.take([], position_ms=11_000).again) == ["four one one one one one one one"]
    told = track.take([final(1, "one one one one one one one one", 12_000)], position_ms=15_000)
    assert texts(told.hidden) == ["[card]"]
    assert texts(told.news) == ["[card]"]


def test_a_partial_with_several_digits_shows_none_of_them():
    track = masker()
    (shown,) = track.take([Partial(0, "my card is four one one one one", 0, 2_000)], position_ms=2_000).news
    assert shown.text == "my card is […]"
    (short,) = track.take([Partial(0, "gate twenty two", 0, 2_000)], position_ms=2_000).news
    assert short.text == "gate twenty two"


def test_digits_right_after_a_card_are_held_as_well():
    """What follows a number that is known stands in the same breath, and nobody knows yet what it is."""
    track = masker()
    track.take([final(0, "four one one one one one one one one one one one one one one one")], position_ms=6_000)
    (shown,) = track.take([Partial(1, "and five five zero zero", 6_000, 7_000)], position_ms=7_000).news
    assert "five" not in shown.text


def test_an_address_that_is_still_being_spoken_shows_nothing_of_itself():
    track = masker()
    (shown,) = track.take([Partial(0, "my email is jane dot doe", 0, 2_000)], position_ms=2_000).news
    assert shown.text == "my email is […]"


def test_only_the_kinds_of_the_site_are_taken_out():
    """A telephone number that may stay is not taken for anything else."""
    phone, social = "two oh two five five five oh one two three", "one two three four five six seven eight nine"
    said = final(0, f"call me at {phone} and my social is {social} thanks")
    (told,) = masker("ssn").take([said], position_ms=20_000).news
    assert told.text == f"call me at {phone} and my social is [ssn] thanks"


def test_without_any_kind_only_what_is_private_is_taken_out():
    track = masker("card", private=lambda: ["pineapple"])
    assert texts(track.take([final(0, "it is pineapple okay")], position_ms=3_000).news) == ["it is [private] okay"]

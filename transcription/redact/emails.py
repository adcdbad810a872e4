"""E-mail addresses as they are spoken: `jane dot doe at example dot com`, `jota punto ruiz arroba gmail punto com`."""

from collections.abc import Iterator, Sequence
from typing import Final

from transcription.redact.items import Item, Token, is_written_mail, longest, phrase_at
from transcription.redact.lexicon import Lexicon, Sort
from transcription.redact.meaning import Surroundings
from transcription.redact.spans import EMAIL, Span

_MOST_NAME: Final = 6
"""So many words without a sign between them may be a name before the at."""
_MOST_SPELLED: Final = 40
_MOST_DOMAIN: Final = 12
_DIGITS: Final = frozenset({Sort.DIGITS, Sort.LIKE, Sort.HUNDREDS, Sort.SCALE, Sort.REPEAT})


def emails_of(tokens: Sequence[Token], items: Sequence[Item], here: Surroundings, lexicon: Lexicon) -> Iterator[Span]:
    """Every address, written by a model or spoken."""
    for place, word in enumerate(here.words):
        if is_written_mail(word.text.strip(".,;!?()<>")):
            yield Span(EMAIL, place, place)
    numbers = {place for item in items if item.sort in _DIGITS for place in range(item.first, item.last + 1)}
    for at in range(len(tokens)):
        size = longest(tokens, at, lexicon.at)
        if not size or at == 0:
            continue
        about = here.spoken_of(EMAIL, tokens[at].word, words=30, seconds=20)
        end = _domain_end(tokens, at + size, lexicon, about=about)
        begin = _name_begin(tokens, at, lexicon, numbers) if end is not None else None
        if end is not None and begin is not None:
            yield Span(EMAIL, tokens[begin].word, tokens[end].word)
    yield from _without_at(tokens, here, lexicon)


def _domain_end(tokens: Sequence[Token], at: int, lexicon: Lexicon, *, about: bool) -> int | None:
    """Where the domain that begins at a token ends: at its last part; None when it is none."""
    last = None
    size = longest(tokens, at, lexicon.providers)
    if size:
        last = at + size - 1
    here = at
    while here < min(len(tokens), at + _MOST_DOMAIN):
        size = longest(tokens, here, lexicon.dot)
        if here > at and size and here + size < len(tokens):
            end = here + size
            if tokens[end].text in lexicon.ends or (about and last is None and end + 1 == len(tokens)):
                last = end
            here = end
        elif here > at and last is not None and here > last:
            break
        here += 1
    return last


def _name_begin(tokens: Sequence[Token], at: int, lexicon: Lexicon, numbers: set[int]) -> int | None:
    """Where the part before the at begins; None when there is no such part."""
    begin, plain = at, 0
    while begin > 0 and at - begin < _MOST_SPELLED:
        text, place = tokens[begin - 1]
        signed = begin - 1 > 0 and _sign_before(tokens, begin - 1, lexicon)
        spelled = len(text) == 1 or place in numbers
        after_sign = _sign_before(tokens, begin, lexicon)
        if after_sign:
            begin -= after_sign
            if begin > 0:
                begin -= 1
            plain = 0
            continue
        known = (
            text in lexicon.begins
            and place not in numbers
            and not (len(text) == 1 and _spelled_on(tokens, begin - 1, at))
        )
        if not spelled and not signed and (known or plain >= _MOST_NAME):
            break
        if known and not signed:
            break
        plain += not spelled
        begin -= 1
    return begin if begin < at else None


def _spelled_on(tokens: Sequence[Token], place: int, at: int) -> bool:
    """Whether a letter that is a word, too (`a`, `y`), stands in a row of letters."""
    before = place > 0 and len(tokens[place - 1].text) == 1
    after = place + 1 < at and len(tokens[place + 1].text) == 1
    return before or after


def _sign_before(tokens: Sequence[Token], end: int, lexicon: Lexicon) -> int:
    """How many tokens right before a place are a sign of an address (`dot`, `under score`); 0 for none."""
    for size in (2, 1):
        if end - size > 0:
            phrase = phrase_at(tokens, end - size, size)
            if phrase in lexicon.dot or phrase in lexicon.joined:
                return size
    return 0


def _without_at(tokens: Sequence[Token], here: Surroundings, lexicon: Lexicon) -> Iterator[Span]:
    """Where the at was lost: after words of an e-mail, all up to an ending or a provider."""
    for context in here.contexts:
        if context.kind != EMAIL:
            continue
        after = [place for place, token in enumerate(tokens) if token.word > context.last]
        while after and tokens[after[0]].text in lexicon.begins:
            after.pop(0)
        for place in after[1:24]:
            size = longest(tokens, place, lexicon.dot)
            if size and place + size < len(tokens) and tokens[place + size].text in lexicon.ends:
                yield Span(EMAIL, tokens[after[0]].word, tokens[place + size].word)
                break

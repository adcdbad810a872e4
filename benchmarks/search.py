"""How fast words are found in 200,000 segments, beside a scan of the same rows with LIKE. `--segments N` for fewer.

Both answer the same question on the same SQLite file: the newest twenty calls in which it was said, with a count of
all. The ratio is the scan's median over ours for the question where it is least. A word that is said in every call is
printed beside and left out of it: there an index has nothing to leave out, and a scan is as good. Knowledge cards are
timed, too.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from call_flows.articles import read_articles
from foundation.calls import Call
from foundation.db import Database
from transcription.query import words_of
from transcription.search import SearchFilters, search
from transcription.store import Segment

ROUNDS = 7
PER_CALL = 40
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
QUESTIONS = {
    "a rare word": ("marigold", SearchFilters()),
    "two words and a queue": ("refund marigold", SearchFilters(queue="q3")),
    "a phrase": ('"close my account"', SearchFilters()),
    "a beginning, by the caller": ("cancel*", SearchFilters(speaker="caller")),
    "a common word": ("account", SearchFilters(since=MONDAY)),
}
COMMON = words_of("i the my a to and account is card you it on for please can we have with this not would like me")


def fill(db: Database, segments: int, chance: random.Random) -> None:
    """Calls of forty segments of a dozen words, most of them common."""
    rare = [f"word{n}" for n in range(5000)]
    with db.begin() as session:
        for number in range(segments // PER_CALL):
            call_id = f"CW{number}"
            at = MONDAY + timedelta(minutes=number)
            session.add(
                Call(id=call_id, direction="inbound", status="completed", queue=f"q{number % 5}", started_at=at)
            )
            if number % 500 == 0:
                session.flush()
    with db.begin() as session:
        for first in range(0, segments, 10_000):
            rows = [_row(number, chance, rare) for number in range(first, min(first + 10_000, segments))]
            session.execute(insert(Segment), rows)


def _row(number: int, chance: random.Random, rare: list[str]) -> dict[str, object]:
    words = [*chance.choices(COMMON, k=9), *chance.choices(rare, k=3)]
    for text, one_in in (("marigold", 4000), ("refund", 60), ("close my account", 900), ("cancelled", 700)):
        if not chance.randrange(one_in):
            words.append(text)
    text = " ".join(words)
    place = number % PER_CALL
    speaker = "caller" if place % 2 else "agent"
    return {
        "call_id": f"CW{number // PER_CALL}",
        "leg": "",
        "speaker": speaker,
        "seq": place,
        "start_ms": place * 4000,
        "end_ms": place * 4000 + 3000,
        "text": text,
        "folded": text,
        "words": [],
        "confidence": 0.9,
        "model": "benchmark",
    }


def scan(session: Session, text: str, filters: SearchFilters) -> int:
    """The same question without an index: every row is looked at."""
    rows = select(Call.id)
    for word in text.replace('"', "").split() if '"' not in text else [text.strip('"')]:
        held = select(Segment.call_id).where(Segment.folded.like(f"%{word.rstrip('*')}%"))
        if filters.speaker:
            held = held.where(Segment.speaker == filters.speaker)
        rows = rows.where(Call.id.in_(held))
    if filters.queue:
        rows = rows.where(Call.queue == filters.queue)
    session.execute(rows.order_by(Call.started_at.desc()).limit(20)).all()
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds, the middle of several."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def knowledge(articles: int, chance: random.Random) -> float:
    """Seconds to rank so many articles by half a minute of speech."""
    texts = {
        f"knowledge/a{n}.md": f"# About word{n}\n\n{' '.join(chance.choices(COMMON, k=200))} word{n}.\n"
        for n in range(articles)
    }
    known, _problems = read_articles(texts, "en-US")
    known.about("warm", "en-US", most=3)
    said = " ".join([*chance.choices(COMMON, k=70), "word7", "word12"])
    return median(lambda: known.about(said, "en-US", most=3))


def main() -> int:
    """Fill, ask, print; the ratio is the last line."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--segments", type=int, default=200_000)
    segments = arguments.parse_args().segments
    chance, worst = random.Random(5), float("inf")
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'search.db'}")
        db.create_all()
        began = time.perf_counter()
        fill(db, segments, chance)
        print(f"{segments} segments indexed in {time.perf_counter() - began:.1f} s")
        with Session(db.engine) as session:
            for name, (text, filters) in QUESTIONS.items():
                ours = median(lambda text=text, filters=filters: search(session, text, filters))
                theirs = median(lambda text=text, filters=filters: scan(session, text, filters), rounds=3)
                total = search(session, text, filters).total
                print(f"{name}: {ours * 1000:.1f} ms, a scan {theirs * 1000:.1f} ms, {total} calls")
                worst = min(worst, theirs / ours) if name != "a common word" else worst
        db.dispose()
    print(f"knowledge: 3 of 1,000 articles in {knowledge(1000, chance) * 1000:.1f} ms")
    print(f"ratio {worst:.1f}")
    return 0 if worst >= 1.0 else 1


if __name__ == "__main__":
    sys.exit(main())

"""Scorecards: weights that make 100, queues and dispositions that the site has, questions that count."""

from call_flows.check.finding import Review
from call_flows.problems import Problem, nearest
from call_flows.scorecards import WHOLE, PlacedScorecard


def check(review: Review) -> None:
    """Look at every scorecard of the site."""
    for placed in review.draft.scorecards.values():
        _weights(review, placed)
        _queues(review, placed)
        _dispositions(review, placed)


def _weights(review: Review, placed: PlacedScorecard) -> None:
    card, places = placed.card, placed.places
    sums = {section.section: sum(one.weight for one in section.questions) for section in card.sections}
    total = sum(sums.values())
    if total != WHOLE:
        told = ", ".join(f"{title} {weight}" for title, weight in sums.items())
        what = f"The weights of '{card.scorecard}' make {total}, not {WHOLE}: {told}."
        todo = f"Give {WHOLE - total} more." if total < WHOLE else f"Take {total - WHOLE} away."
        review.problems.append(Problem(places.key(("sections",)), "E214", what, str(total), todo=todo))
    for path, question in card.placed():
        if question.weight == 0 and not question.critical:
            what = f"The question '{question.question}' has no weight and is not critical: its answer changes nothing."
            place = places.of((*path, "weight"))
            review.problems.append(Problem(place, "W641", what, str(question.question), todo="Give it a weight."))


def _queues(review: Review, placed: PlacedScorecard) -> None:
    known = sorted(review.draft.declared.get("queues", []))
    for index, queue in enumerate(placed.card.queues):
        if queue not in known:
            word = str(queue)
            todo = f"There are {', '.join(known[:12])}." if known else "The site has no queue."
            what = f"There is no queue '{word}'."
            place = placed.places.of(("queues", index))
            review.problems.append(Problem(place, "E103", what, word, nearest(word, known), todo))


def _dispositions(review: Review, placed: PlacedScorecard) -> None:
    """A disposition that no queue has can never be chosen: the answer would be no for ever."""
    if review.site is None:
        return
    queues = review.site.queues.items()
    known = {word for name, queue in queues if placed.card.serves(name) for word in queue.wrap_up.dispositions}
    for path, question in placed.card.placed():
        wanted = question.automatic.disposition if question.automatic is not None else None
        for index, word in enumerate(wanted or []):
            if word not in known:
                names = sorted(known)
                todo = f"There are {', '.join(names[:12])}." if names else "None of its queues has dispositions."
                place = placed.places.of((*path, "automatic", "disposition", index))
                what = f"No queue of this scorecard has the disposition '{word}'."
                review.problems.append(Problem(place, "E118", what, word, nearest(word, names), todo))

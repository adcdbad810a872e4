"""Whether every text is there in each language in which callers can come to it."""

from call_flows.check.finding import Finding, Review
from call_flows.check.graph import Graph, Spot
from call_flows.courtesies import Courtesy, courtesy
from call_flows.languages import tongue
from call_flows.nodes.language import LanguageNode
from call_flows.nodes.listening import Listening
from call_flows.problems import nearest
from call_flows.prompt import Prompt


def check(review: Review, graph: Graph) -> None:
    """Warn of texts that would be spoken in another language than the caller's."""
    _currency(review)
    spoken = _languages(review, graph)
    for finding in review.findings(whole=True):
        languages = sorted(spoken.get((finding.flow.name, finding.name), ()))
        _own_words(finding, languages)
        for path, value in finding.values:
            if isinstance(value, Prompt):
                for language in languages:
                    _missing(finding, path, value, language)


def _currency(review: Review) -> None:
    """An amount must be read in the site's currency in each of its languages, not in dollars in one of them."""
    currency = review.site.currency if review.site is not None else None
    for language in review.site.languages if review.site is not None and currency is not None else ():
        units = tongue(str(language)).money.units
        if currency not in units:
            what = f"Amounts in {currency} are not read out in {language}."
            todo = f"There are {', '.join(units)}."
            review.in_site(
                "E117", ("currency",), what, word=str(currency), near=nearest(str(currency), units), todo=todo
            )


def _missing(finding: Finding, path: tuple[str | int, ...], prompt: Prompt, language: str) -> None:
    if prompt.speaks(language) or all(part.play is not None for part in prompt.parts()):
        return
    todo = f"Write {{{prompt.default}: …, {language}: …}}."
    finding.report(
        "W606", path, f"Callers can come here in {language}, and this text is missing in it.", word=language, todo=todo
    )


def _languages(review: Review, graph: Graph) -> dict[Spot, set[str]]:
    """The languages in which each node can be entered."""
    found: dict[Spot, set[str]] = {}
    pending: list[tuple[Spot, str]] = []
    for entry in review.site.numbers.values() if review.site is not None else ():
        flow = review.draft.flows.get(str(entry.flow))
        if flow is not None and flow.name in graph.starts:
            pending.append((graph.starts[flow.name], str(entry.language or flow.language)))
    while pending:
        spot, language = pending.pop()
        node = graph.nodes.get(spot)
        if node is None or language in found.setdefault(spot, set()):
            continue
        found[spot].add(language)
        leaving = str(node.language) if isinstance(node, LanguageNode) else language
        pending += [(edge.target, leaving) for edge in graph.edges[spot]]
    return found


def _own_words(finding: Finding, languages: list[str]) -> None:
    """Where a menu has no words for silence, the engine's are heard, and it does not speak every language."""
    if not isinstance(finding.node, Listening):
        return
    for language in languages:
        if courtesy(Courtesy.NO_INPUT, language)[1][:2] == language[:2]:
            continue
        for key, prompt in (("no_input", finding.node.no_input), ("no_match", finding.node.no_match)):
            if prompt is None:
                what = f"Without {key}, callers in {language} hear the engine's English here."
                finding.report("W629", (), what, word=key, todo=f"Write {key}: with a text in {language}.")

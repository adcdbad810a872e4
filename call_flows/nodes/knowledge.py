"""The verb `knowledge`: answer a caller's question from the site's articles."""

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from call_flows.actions import Collect, Say
from call_flows.actions import Prompt as Heard
from call_flows.courtesies import Courtesy
from call_flows.events import Collected, Event
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.nodes.listening import everywhere, listen
from call_flows.plain import as_written
from call_flows.prompt import Prompt
from call_flows.turn import Turn
from call_flows.values import Duration, NodeName, Share, SlotName

if TYPE_CHECKING:
    from call_flows.check.finding import Finding


class KnowledgeNode(Node):
    """Asks what the caller wants to know, and answers from the article in `knowledge/` that is about it.

    What is spoken is the article's first paragraph. Articles of other languages lie in a folder of the language's name,
    such as knowledge/es-US/. A section called Questions lists other ways to ask.
    """

    verb: ClassVar[str] = "knowledge"
    waits = Waits.CALLER

    knowledge: Prompt = Field(description="What is asked; not heard when the slot of `about` is filled.")
    about: SlotName | None = Field(None, description="A text slot that may hold the question already.")
    sure: Share = Field(Share(0.5), description="How much of the question the article must be about; less is `unsure`.")
    no_input: Prompt | None = Field(None, description="Said when nothing was heard, before asking again.")
    no_match: Prompt | None = Field(None, description="Said when no article was found, before asking again.")
    tries: int = Field(2, ge=1, le=10, description="How often it is asked before `unsure`.")
    timeout: Duration = Field(Duration(7), description="How long to wait for the question.")
    barge_in: bool = Field(True, description="Whether the caller may answer while the prompt is still heard.")
    answered: NodeName = Field(description="Where the call goes after the answer.")
    unsure: NodeName = Field(description="When no article answers it: a person, or another question.")

    def check(self, finding: "Finding") -> None:
        """There must be something to answer from."""
        if not finding.review.draft.knowledge.articles:
            todo = "Write knowledge/opening_hours.md: a title, then a paragraph with the answer."
            finding.report("E114", ("knowledge",), "The site has no articles.", word="knowledge", todo=todo)

    def enter(self, turn: Turn) -> Outcome:
        """Answer what is known to be asked, else ask."""
        asked = as_written(turn[str(self.about)]) if self.about is not None else ""
        if asked:
            return "answered" if self._answers(turn, asked) else "unsure"
        self._ask(turn, turn.prompt(self.knowledge))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Answer, or ask again."""
        if not isinstance(event, Collected):
            return self.enter(turn)
        heard = bool(event.digits or event.speech)
        chosen = everywhere(turn, event.digits, event.speech) if heard else None
        answered = chosen is None and bool(event.speech) and self._answers(turn, event.speech)
        if heard:
            turn.answered(event.digits, event.speech, understood=answered or chosen is not None)
        if chosen is not None or answered:
            return chosen or "answered"
        turn.tries += 1
        if turn.tries >= self.tries:
            return "unsure"
        own, which = (self.no_match, Courtesy.NO_MATCH) if heard else (self.no_input, Courtesy.NO_INPUT)
        self._ask(turn, (*(turn.courtesy(which) if own is None else turn.prompt(own)), *turn.prompt(self.knowledge)))
        return None

    def _answers(self, turn: Turn, question: str) -> bool:
        article = turn.site.knowledge.answer(question, turn.language, sure=float(self.sure))
        if article is None:
            return False
        language = turn.language if article.language[:2] == turn.language[:2] else article.language
        turn.actions.append(Say(article.answer, language))
        return True

    def _ask(self, turn: Turn, prompts: tuple[Heard, ...]) -> None:
        listen(
            turn,
            Collect(
                prompts,
                keys=bool(turn.flow.header.always),
                speech=True,
                max_digits=1,
                timeout=float(self.timeout),
                hints=(),
                language=turn.language,
                barge_in=self.barge_in,
            ),
        )

"""The place of knowledge cards: the site's articles that the caller's last words are about."""

from typing import Final

from flask import render_template
from flask_login import current_user

from console.desk.reading import read_desk
from console.desk.views import blueprint
from console.here import services
from console.looking import looking
from console.services import Services
from console.shown import KnowledgeCard
from console.views import Stage
from ivr.sites import NoSite
from transcription.store import said_lately

RECENT_MS: Final = 30_000
MOST: Final = 3


@blueprint.get("/knowledge")
def knowledge() -> str:
    """The cards as they stand; asked for whenever the caller has said something."""
    here = services()
    current = read_desk(here, current_user.agent_id).current if current_user.agent_id else None
    heard = current is not None and current.stage in {Stage.TALKING, Stage.WRAPPING}
    cards = read_cards(here, current.card.call_id, current.card.language) if current and heard else ()
    return render_template("desk/knowledge.html", cards=cards)


def read_cards(here: Services, call_id: str, language: str) -> tuple[KnowledgeCard, ...]:
    """The best articles for the caller's last half minute, in the caller's language; none while nobody has spoken."""
    try:
        articles = here.shelf.current().loaded.knowledge
    except NoSite:
        return ()
    with looking(here.db) as session:
        said = said_lately(session, call_id, speaker="caller", within_ms=RECENT_MS)
    return tuple(KnowledgeCard(one.title, one.answer) for one in articles.about(said, language, most=MOST))

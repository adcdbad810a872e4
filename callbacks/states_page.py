"""The page that draws every state table of routing and callbacks: `docs/states.md` is what this writes."""

from callbacks.promises import PROMISE_TABLE
from routing.agents import AGENT_TABLE
from routing.entries import ENTRY_TABLE
from routing.reservations import RESERVATION_TABLE

SECTIONS = (
    (
        "Agent",
        "What an agent is doing. A rest chosen during a call, or a silent desk, leads on to `not_ready`.",
        AGENT_TABLE,
    ),
    ("Queue entry", "One waiting caller, or a promise that keeps his place.", ENTRY_TABLE),
    ("Reservation", "An agent held for a caller. The states are TaskRouter's eight.", RESERVATION_TABLE),
    ("Promise", "An owed callback. Only `callbacks.service` changes it.", PROMISE_TABLE),
)


def page() -> str:
    """The whole page, in Markdown."""
    parts = [
        "# States",
        "",
        "Each noun moves along one table; what has no row is refused and changes nothing. Drawings and tables are",
        "made from the code by `python -m callbacks.states_page`, and the suite fails when they differ.",
        "",
    ]
    for title, sentence, table in SECTIONS:
        parts += [f"## {title}", "", sentence, "", "```mermaid", table.mermaid().rstrip(), "```", "", table.markdown()]
    return "\n".join(parts)


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())

"""The page of figures and estimates: `docs/metrics.md` is what this writes, from the definitions in the code."""

from routing.estimates import MANY_LEFT, PLAINLY, EwtRules
from routing.handled_lately import HANDLED, LATELY
from routing.metrics import meaning_table
from routing.queue_now import WAITED

_BEFORE = """# Figures

One module, `routing/metrics.py`, defines every figure. The wall shows it since midnight, the history by half-hours,
queues and agents, from the same rows by the same lines; a property test lives through random days and compares the
wall at every moment with what the events alone say.
"""

_AFTER = """
`within`, `short_abandon` and the aim are the queue's `service_level:`. Shares are of 1, times in seconds; where there
is nothing to count, there is no figure. Service level in symbols, over waits that ended in the time:

    answered within T ÷ (answered + abandoned of at least `short_abandon`)

- A wait counts when it ends, a handled call when its wrap-up ends. So the figures of a half-hour that is over never
  change, and half-hours add up to the day. What ends at the stroke belongs to the half-hour that begins.
- A wait is from the caller's arrival in the queue until both parties are together: ringing is waiting. A call that
  nobody takes goes on waiting; it is one wait.
- Who overflows counts in the queue in which the wait ends, from his arrival.
- A callback is in no figure of waiting callers: its placeholder stands in line beside them, is shown apart, and does
  not age the longest wait. Its handling is an agent's work like any other and is in `handled`, `aht`, `occupancy`.
- Occupancy of a queue is that of the agents who can serve it, of all their work: agents are shared. Rests and sign-outs
  are neither busy nor available. An agent's own occupancy is that of his time alone.
- For an agent only `handled`, `aht` and `occupancy` mean something: callers wait for queues.
"""

_EWT = """
# The estimated wait

With `q` callers ahead, the mean wait of a caller who stays is

    1/(s µ) + 1/(s µ + θ) + … + 1/(s µ + q θ)

which is exact when handling and patience are exponential, and (q + 1) × AHT ÷ agents when nobody gives up.

- `q`: callers and promises ahead by place, without those for whom a desk rings already.
- `s`: agents at work who can serve, in parts: one who also serves callers ahead in other queues counts
  (q + 1) ÷ (q + 1 + those). Agents of a ring that opens later count from then on, where that is sooner.
- 1/µ: what calls have taken of those agents, from ringing to the end of wrap-up, whichever queue they were of: the
  latest {handled} of the last {hours} hours.
- θ: abandoned ÷ all seconds waited, of the queue's latest {waited} waits.
- The interval, in which eight of ten waits end, is that of a Gamma law with the sum's mean and variance, the
  uncertainty of 1/µ added.
- When callers are answered more slowly than those agents would answer them, by {plainly} standard deviations while the
  head of the line waited, the estimate is at least what the head has waited.

What callers are told is the queue's `ewt:`. `mode: padded` (the default) tells a fifth more, in minutes rounded up;
`range` tells "between 8 and 10 minutes" where the interval is wide; `precise` only rounds up; `off` tells nothing.
Nobody is told less than the head of the line has waited already. Nothing is told with fewer than `min_samples`
({samples}) calls handled lately, fewer than `quiet_when_agents_below` ({agents}) agents at work, or when a
{share} of the agents, two or more, stopped working in the last two minutes. A wait that is not safe to tell still
decides: `ewt` in a condition is the estimate, `queue.wait` in a text is what is told, and empty where nothing is.

`python -m benchmarks.estimates` measures it: against the least error possible where that is known, and on a bank's log
against the moving average of past waits that other software tells.
"""


def page() -> str:
    """The whole page, in Markdown."""
    rules = EwtRules()
    words = {
        "handled": HANDLED,
        "hours": round(LATELY.total_seconds() / 3600),
        "waited": WAITED,
        "plainly": round(PLAINLY),
        "samples": rules.min_samples,
        "agents": rules.quiet_when_agents_below,
        "share": {1 / 3: "third"}[MANY_LEFT],
    }
    return "\n".join([_BEFORE, *meaning_table()]) + "\n" + _AFTER + _EWT.format(**words)

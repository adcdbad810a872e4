"""What may be written behind `callwright simulate`: each option with its help."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Form(StrEnum):
    """How results are printed."""

    text = "text"
    json = "json"
    csv = "csv"


Many = list[str] | None
Site = Annotated[Path | None, typer.Argument(help="The folder of a site.", show_default="the site that runs")]
Rate = Annotated[Many, typer.Option(help="Calls an hour: billing=30. Again for other queues.", metavar="QUEUE=N")]
Rates = Annotated[
    Path | None, typer.Option(help="A table of calls: half_hour, calls, and maybe weekday, queue.", metavar="CSV")
]
Log = Annotated[Path | None, typer.Option(help="Real calls: arrived, queue, waited, handled, outcome.", metavar="CSV")]
History = Annotated[bool, typer.Option("--history", help="Learn from Callwright's own calls.")]
Days = Annotated[int, typer.Option(help="How many days of them.", min=1)]
Column = Annotated[
    Many, typer.Option(help="How --log calls a column of ours; date+time joins two.", metavar="OURS=THEIRS")
]
Value = Annotated[
    Many,
    typer.Option(
        help="What a word of --log means: an outcome (answered, abandoned, elsewhere) or a queue.",
        metavar="THEIRS=OURS",
    ),
]
Only = Annotated[Many, typer.Option(help="Only such rows of --log.", metavar="COLUMN=VALUE")]
Queue = Annotated[str, typer.Option(help="The queue of a file that names none.")]
Handling = Annotated[
    Many, typer.Option(help="Seconds a call takes, or a law: 240, billing=gamma:240:2, lognormal.", metavar="LAW")
]
Patience = Annotated[Many, typer.Option(help="Seconds callers wait, or a law, or never.", metavar="LAW")]
Staff = Annotated[
    Path | None, typer.Option(help="Who works when: shifts.", metavar="YAML", show_default="the site's agents")
]
Day = Annotated[str, typer.Option(help="tue, or a date.", show_default="the busiest")]
Hours = Annotated[str, typer.Option(help="08:00-20:00.", show_default="while anybody calls")]
AsTheyCame = Annotated[bool, typer.Option("--as-they-came", help="The very callers of --day in the log.")]
Accept = Annotated[float, typer.Option(help="The share who take a callback.", min=0, max=1)]
WhatIf = Annotated[
    Many,
    typer.Option(help="A change, such as 'callbacks off' or 'add 2 billing:3'. Again for others.", metavar="WORDS"),
]
Suggest = Annotated[bool, typer.Option("--suggest", help="Find the agents each half-hour needs.")]
ByHalfHour = Annotated[bool, typer.Option("--by-half-hour", help="Tables of half-hours too.")]
Plot = Annotated[Path | None, typer.Option(help="Draw the day by half-hour.", metavar="SVG")]
Replications = Annotated[int, typer.Option(help="How many such days.", min=1)]
Calls = Annotated[int, typer.Option(help="Instead: as many days as have so many calls.", min=0)]
Seed = Annotated[int, typer.Option(help="The same seed gives the same answer.", min=0)]
Workers = Annotated[int, typer.Option(help="Processes.", min=1)]
AForm = Annotated[Form, typer.Option("--format", help="text, json or csv (half-hours).")]

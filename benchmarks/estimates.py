"""How good the estimated waits are: beside the best there can be, beside other rules, and on a real bank's calls.

`python -m benchmarks.estimates` (with `--short` a small run of each) prints first the mean squared error of the
estimates told to callers who must wait, in lines whose answer is known, in squared mean services:

    scenario   measure   ours   reference   inside

`ours` is `routing.estimates` itself, which learns the handling time from the last two thousand calls as in the house;
the floor is QL of the same callers: (q + 1) × mean service ÷ s with the mean known, which nobody can beat who knows the
line's length. HOL tells the wait so far of the head of the line, LES that of the caller who last entered service, NI
the mean wait of all.

Then it reads a bank's log, `routing/anonymous_bank_clean.csv.gz` of CALLWRIGHT_DATA, else of ../shared/data, and tells
each caller who waited and was answered what would have been told: by our rule, and by Asterisk's, a moving average of
past waits, (3 × old + new) >> 2, less the time waited. "late" are those who waited longer than the minutes told. Last,
`mae_ratio N bias_ours N bias_asterisk N`: mean absolute error ours ÷ Asterisk's; what was told less what was waited.
"""

import sys

from benchmarks.estimates_bank import print_bank
from benchmarks.estimates_line import print_lines


def main() -> None:
    """Both, in order."""
    is_short = "--short" in sys.argv
    print_lines(short=is_short)
    print_bank(short=is_short)


if __name__ == "__main__":
    main()

"""How well redaction finds what may not be kept, on spoken forms of all kinds in all groupings.

`python -m benchmarks.redaction [forms] [seed]` makes 10,000 forms (seed 1) of `tests/transcription/spoken_forms.py`,
two fifths of them harmless, in English and Spanish, and prints for each kind how many values are taken out whole
(recall) and how many of the spans are what they are said to be (precision); then examples of what was missed and of
what was taken wrongly, and the time a line of a call takes. Last, `recall N precision N`. Fails below 99 % and 95 %.
"""

import sys
import time

from tests.transcription.measured import measure
from tests.transcription.spoken_forms import forms

RECALL, PRECISION = 0.99, 0.95


def main() -> int:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    made = forms(count, seed)
    begun = time.perf_counter()
    measured = measure(made)
    each = (time.perf_counter() - begun) / count
    print(f"{'kind':12} {'forms':>6} {'recall':>8} {'precision':>10}")
    for kind, wanted in sorted(measured.wanted.items()):
        spans = measured.right[kind] + measured.wrong[kind]
        print(f"{kind:12} {wanted:6} {measured.taken[kind] / wanted:8.2%} {measured.right[kind] / spans:10.2%}")
    harmless = count - measured.wanted.total()
    print(f"{'harmless':12} {harmless:6}")
    for kind, said in measured.missed[:5]:
        print(f"missed {kind}: {said}")
    for kind, said in measured.false[:5]:
        print(f"wrong {kind}: {said}")
    print(f"{each * 1e6:.0f} µs a form")
    print(f"recall {measured.recall:.4f} precision {measured.precision:.4f}")
    return 0 if measured.recall >= RECALL and measured.precision >= PRECISION else 1


if __name__ == "__main__":
    sys.exit(main())

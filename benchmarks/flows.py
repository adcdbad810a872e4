"""The flow language's figures: steps and dialogues a second, and the check of a large site beside plain YAML loading.

`python -m benchmarks.flows` runs the three, and leaves with 1 when one of them misses its goal.
"""

import sys

from benchmarks import engine, flow_check, flow_dialogues


def main() -> int:
    """Run them one after the other."""
    missed = 0
    for part in (engine, flow_dialogues, flow_check):
        print(f"== {part.__name__}")
        missed |= part.main()
    return missed


if __name__ == "__main__":
    sys.exit(main())

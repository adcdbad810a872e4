"""Benchmarks: each prints what it did and its figure on the last line, and leaves non-zero when short of its goal."""

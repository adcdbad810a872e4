"""Proofs that take a house apart: `-m slow` runs them."""

"""Recordings: sound fetched from the carrier, kept safely, and given out through one audited door."""

"""The calls of the past: list, search, one call's page."""

"""A customer's own page for one callback: opened by a signed link, without a log-in."""

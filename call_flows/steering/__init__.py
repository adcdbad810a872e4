"""What a caller wants, in his own words: sentences to intents, learned from examples when a site is loaded."""

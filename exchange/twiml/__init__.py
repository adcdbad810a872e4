"""TwiML: one file a verb; each is a small value that reads itself from its element and performs itself on a leg."""

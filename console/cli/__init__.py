"""The command line: parses, calls the function that does it, prints. Nothing is decided here."""

"""TwiML documents: a static answering machine of files that lead to each other becomes a site."""

"""Who is at the command line, as the audit writes it."""

import os


def who() -> str:
    """The account of the operating system, cut to what a row takes."""
    return f"command line ({os.environ.get('USER') or 'somebody'})"[:64]

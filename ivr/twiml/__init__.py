"""Documents for the carrier: one file a family of actions, each built with `twilio.twiml` and never from strings."""

from ivr.twiml.document import Drawable, render
from ivr.twiml.page import DocumentTooLarge, Page

__all__ = ["DocumentTooLarge", "Drawable", "Page", "render"]

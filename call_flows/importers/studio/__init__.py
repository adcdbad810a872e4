"""Twilio Studio: a flow's JSON becomes a site, and what cannot be carried over stays in it as a marked node."""

"""Running a call: sessions, voice webhooks, TwiML, the carrier's REST, media sockets."""

"""The telephone exchange: does to an app what Twilio does, over HTTP and WebSocket only."""

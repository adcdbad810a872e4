"""The subset of Twilio's REST API (2010-04-01) that a contact centre uses; one file a resource."""

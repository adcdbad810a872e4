"""The pages the exchange serves."""

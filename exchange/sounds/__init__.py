"""The sounds that ship with the exchange: our own work, made by `python -m exchange.sounds.compose`."""

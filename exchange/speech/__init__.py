"""The place where the exchange speaks (Say), plays (Play, tones) and listens (Gather): sound in, sound out, no call."""

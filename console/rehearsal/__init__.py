"""`callwright test --audio`: dialogues over the real app and the real exchange, with a voice and a recogniser."""

from console.rehearsal.playing import player

__all__ = ["player"]

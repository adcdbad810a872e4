"""Listening: from a call's sound to words that can be read while they are spoken, and found again.

Starts from G.711 frames and ends at stored, searchable segments. Knows nothing of carriers, queues or pages.
"""

"""Calls written as dialogues: read from `tests/*.yaml` of a site, played in virtual time, judged, and counted."""

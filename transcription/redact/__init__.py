"""Redaction: which spoken words are nobody's to keep, and the same text, index and sound without them.

Pure over words with times. `find` says where (spans of words, each of a kind), `masking` takes them out of lines,
`track` does so while a track is spoken, before anything is stored or told. Number words come in by parameter
(`lexicon.Spoken`), since languages live elsewhere; what gives a number its meaning is in `words/`, a file a language.
"""

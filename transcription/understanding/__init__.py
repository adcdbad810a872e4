"""Understanding a conversation offline: its measure, mood, topics, alerts and summary, from what was said and when.

Pure over turns, but for `kept`, where the findings lie. No model and no network: word lists and rules that can be
read, each finding with the place in the call it was found at. Words of a language are in `words/`, a file a language.
"""

"""Quality: calls reviewed by a scorecard, coaching notes at a moment, and several reviewers compared.

`scoring`, `automatic` and `agreement` are pure: scorecard and answers in, figures out. `rows` are the tables,
`reviewing`, `coaching` and `calibrating` the only doors that change them, `reading` what pages show.
"""

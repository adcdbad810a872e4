"""Call flows: the language a flow designer writes, checked, and advanced by a pure engine."""

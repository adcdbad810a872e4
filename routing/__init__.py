"""Routing: who waits, who is free, and who speaks with whom. `routing.service` is its one door."""

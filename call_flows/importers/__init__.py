"""Ways in from other systems: a flow drawn elsewhere becomes a site's folder and a report of what became of it."""

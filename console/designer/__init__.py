"""The designer's page: versions of the site, live maps of its flows, what a new version changes."""

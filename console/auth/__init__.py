"""Who may come in: people, passwords, and the sessions of their browsers."""

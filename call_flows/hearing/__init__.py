"""What a caller means: phrases matched to options, and typed answers understood from keys and words."""

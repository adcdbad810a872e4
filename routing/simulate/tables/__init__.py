"""The proof: scenarios with known answers, played on the live engine and compared, row by row."""

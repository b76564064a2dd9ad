"""The desk of those who handle requests. Comes after requesting, before deciding."""

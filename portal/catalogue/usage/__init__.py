"""How the search is used, counted by day without anybody's person, and what it did not find."""

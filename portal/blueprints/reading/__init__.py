"""The public side: home, search, fonds, records, pages. Comes after catalogue and rights."""

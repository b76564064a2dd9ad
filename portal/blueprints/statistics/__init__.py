"""How the search is used, for staff."""

"""Search for programs, with the rights of whoever calls."""

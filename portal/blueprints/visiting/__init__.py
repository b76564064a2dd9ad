"""Asking and following without an account. Comes beside requesting, which is for account holders."""

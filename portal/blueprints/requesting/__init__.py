"""Asking for records: a person's requests and the copies they may fetch. Comes before deciding."""

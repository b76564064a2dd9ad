"""The desk of those who decide on requests. Comes after requesting, before the copy is built."""

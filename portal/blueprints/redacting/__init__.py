"""Redacted versions of documents: drawn, made, proved, and compared by a second person."""

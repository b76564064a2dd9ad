"""Bytes: originals by their digest, and derivatives that can be made again. Knows no archive."""

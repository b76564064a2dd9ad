"""Describing documents with their page in view. Comes after reading, before publication."""

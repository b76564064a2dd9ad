"""Processes are killed at bad moments, and nothing that was acknowledged may be missing."""

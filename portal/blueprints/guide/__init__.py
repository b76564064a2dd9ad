"""The user guide, for everybody."""

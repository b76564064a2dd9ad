"""The order of the archive: agencies, fonds, files."""

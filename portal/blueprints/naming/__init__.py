"""Other names by which things are searched: places, bodies, abbreviations."""

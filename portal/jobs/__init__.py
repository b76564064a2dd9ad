"""Work to be done, as rows: who holds it, until when, how often it was tried. Knows no archive."""

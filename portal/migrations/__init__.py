"""The history of the database, one file a step, each in both directions."""

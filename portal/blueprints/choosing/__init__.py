"""The basket: records put aside from search, tree and viewer. Comes before requesting."""

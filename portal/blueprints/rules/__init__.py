"""The rulebook, for administrators: what can be chosen, how long services take, and since when."""

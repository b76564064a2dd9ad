"""Who account holders are, confirmed by officers."""

"""Appeals: of readers against refusals, and decided by somebody uninvolved. Comes after deciding."""

"""Reports that a record shows personal data: from anybody, and as the staff work on them."""

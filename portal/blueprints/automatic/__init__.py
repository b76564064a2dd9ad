"""Rules by which records are granted at once: proposed by one of the staff, approved by another."""

"""The working calendar, for administrators: publish a year, and see how a date is counted."""

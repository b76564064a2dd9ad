"""The ground floor: database session, errors, clock, ids, paging. Knows no archive."""

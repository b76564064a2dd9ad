"""Who read what is not public: by record, by person, unusual amounts, and figures of years."""

"""Browsing without a query: the tree, agencies, years. Who may see what knows `catalogue.browsing`."""

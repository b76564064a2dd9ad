"""Taking in scans by browser, and how far their reading is. First on a page's way."""

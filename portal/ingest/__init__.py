"""Taking in scans and reading them: batches, files, stages from bytes to text.

First on a page's way. After it comes the catalogue, which keeps what was read.
"""

"""The steps of reading one page, each on its own: split, render, embedded text, recognise."""

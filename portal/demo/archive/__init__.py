"""What the demo holds: agencies, fonds, files and papers of Sơn Hà, a province that does not exist.

`holdings` says which bodies made records and in which files they lie, `register` lists the
papers, `forms` writes each in the form of its type out of what `themes` and `places` give.
"""

"""Leaving the archive lawfully: what two people have decided to purge goes without a byte left.

Above all packages that hold something of a record, as `staffing` and `owndata` are of people. Before it
stand views, commands and the worker; each package below forgets its own part.
"""

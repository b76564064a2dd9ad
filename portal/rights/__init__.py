"""Who may see and do what: the only place that decides it.

Before it on a page's way stands the catalogue, which describes; behind it every
surface (page, image, text, snippet, export, file name, mail) that asks here first.
"""

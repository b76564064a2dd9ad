"""Requests for records, decisions on them, and the copies that are delivered.

Last on a page's way: what the catalogue holds closed, a person may ask for here.
"""

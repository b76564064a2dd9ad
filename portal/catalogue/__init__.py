"""Agencies and the tree of records with their pages; what is described, and what is indexed of it.

Before it on a page's way stands ingest, which reads the paper; after it search, which
finds it, and access, which lets people ask for it.
"""

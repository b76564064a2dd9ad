"""Finding: analysis, engines and their two indexes. Knows no archive table and no web.

Before it on a page's way stands `catalogue.indexing`, which tells it what to hold;
after it `catalogue.finding`, which asks and checks every hit again in SQL.
"""

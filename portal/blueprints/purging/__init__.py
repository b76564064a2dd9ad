"""Leaving the archive lawfully: purges are proposed by one person and confirmed by another."""

from portal.blueprints.purging.views import blueprint as blueprint

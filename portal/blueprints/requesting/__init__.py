"""Asking for records: a person's requests and the copies they may fetch. Comes before deciding."""

from portal.blueprints.requesting import steps as steps
from portal.blueprints.requesting.views import blueprint as blueprint

"""The queue of reading: what is read when, pauses, places, and what was given up."""

from portal.blueprints.queueing import quiet as quiet
from portal.blueprints.queueing import trouble as trouble
from portal.blueprints.queueing.views import blueprint as blueprint

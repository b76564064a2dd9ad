"""Documents that bear the mark of a state secret: who answers for such is told that they are there."""

from portal.blueprints.secrecy.views import blueprint as blueprint

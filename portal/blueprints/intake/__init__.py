"""Taking in scans by browser, and how far their reading is. First on a page's way."""

from portal.blueprints.intake import collated as collated
from portal.blueprints.intake import dividing as dividing
from portal.blueprints.intake import flags as flags
from portal.blueprints.intake import printed as printed
from portal.blueprints.intake import resumable as resumable
from portal.blueprints.intake import undo as undo
from portal.blueprints.intake.views import blueprint as blueprint

"""A second person looks at scans, pages are scanned again, and batches are closed."""

from portal.blueprints.checking import closing as closing
from portal.blueprints.checking import rates as rates
from portal.blueprints.checking import rescans as rescans
from portal.blueprints.checking.views import blueprint as blueprint

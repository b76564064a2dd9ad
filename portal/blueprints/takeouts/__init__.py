"""The register of originals that leave the store for scanning and come back."""

from portal.blueprints.takeouts.views import blueprint as blueprint

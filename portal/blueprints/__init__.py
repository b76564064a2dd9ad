"""The site map: every area of the site, one line each. Areas do not know each other.

Before it stands `portal.web`, which guards all addresses; behind it the verbs of the domain.
"""

from __future__ import annotations

from flask import Flask

from portal.blueprints.about.views import blueprint as about
from portal.blueprints.accounts.views import blueprint as accounts
from portal.blueprints.api.views import blueprint as api
from portal.blueprints.appealing.views import blueprint as appealing
from portal.blueprints.arranging.views import blueprint as arranging
from portal.blueprints.automatic.views import blueprint as automatic
from portal.blueprints.browsing.views import blueprint as browsing
from portal.blueprints.calendars.views import blueprint as calendars
from portal.blueprints.checking import blueprint as checking
from portal.blueprints.choosing.views import blueprint as choosing
from portal.blueprints.confirming.views import blueprint as confirming
from portal.blueprints.deciding.views import blueprint as deciding
from portal.blueprints.delegating.views import blueprint as delegating
from portal.blueprints.describing.views import blueprint as describing
from portal.blueprints.desk.views import blueprint as desk
from portal.blueprints.exposing.views import blueprint as exposing
from portal.blueprints.guide.views import blueprint as guide
from portal.blueprints.handling.views import blueprint as handling
from portal.blueprints.health.views import blueprint as health
from portal.blueprints.intake import blueprint as intake
from portal.blueprints.joining.views import blueprint as joining
from portal.blueprints.lettering.views import blueprint as lettering
from portal.blueprints.naming.views import blueprint as naming
from portal.blueprints.own.views import blueprint as own
from portal.blueprints.people.views import blueprint as people
from portal.blueprints.purging import blueprint as purging
from portal.blueprints.queueing import blueprint as queueing
from portal.blueprints.reading.views import blueprint as reading
from portal.blueprints.readlog.views import blueprint as readlog
from portal.blueprints.redacting.views import blueprint as redacting
from portal.blueprints.requesting import blueprint as requesting
from portal.blueprints.rules.views import blueprint as rules
from portal.blueprints.secrecy import blueprint as secrecy
from portal.blueprints.settings.views import blueprint as settings
from portal.blueprints.statistics.views import blueprint as statistics
from portal.blueprints.takeouts import blueprint as takeouts
from portal.blueprints.tiles.views import blueprint as tiles
from portal.blueprints.visiting.views import blueprint as visiting

SITE = (
    reading,  # /            the home page, search, records, pages
    browsing,  # /cay         the tree, agencies, years
    tiles,  # /p/…/iiif   parts of page images, for viewers
    accounts,  # /dang-nhap   sign-in, one-time links, notices
    desk,  # /ban-lam-viec  what waits for whoever is signed in
    joining,  # /dang-ky     registration, forgotten passwords, invitations
    own,  # /tai-khoan   a person's own data and password
    choosing,  # /gio         the basket, of visitors too
    requesting,  # /yeu-cau     a citizen's requests and copies
    confirming,  # /xac-minh    who account holders are
    handling,  # /xu-ly       requests as they are worked on
    lettering,  # /xu-ly/…/van-ban  official letters about requests
    deciding,  # /duyet       the approver's desk
    appealing,  # /khieu-nai   appeals of readers, decided by somebody uninvolved
    redacting,  # /che         redacted versions, drawn and compared
    exposing,  # /bao-cao     reports that a record shows personal data
    visiting,  # /theo-doi    asking and following without an account
    delegating,  # /uy-quyen    who signs for whom, and who is away
    intake,  # /tiep-nhan   batches of scans
    queueing,  # /hang-doi    what is read when, pauses, what was given up
    takeouts,  # /so-xuat     originals that left the store for scanning
    secrecy,  # /bi-mat-nha-nuoc  documents that bear the mark of a state secret
    purging,  # /xoa-han     what leaves the archive for good, by two people
    checking,  # /kiem-tra    the second look at scans, rescans, closing of batches
    describing,  # /mo-ta       documents that wait for a description
    arranging,  # /sap-xep     agencies, fonds, files
    naming,  # /ten-goi     other names by which things are searched
    statistics,  # /thong-ke    how the search is used
    readlog,  # /nhat-ky-doc who read what is not public
    people,  # /nguoi-dung  accounts
    settings,  # /thiet-lap   what the installation says of itself
    calendars,  # /thiet-lap/lich  the days that are worked
    automatic,  # /quy-dinh/tu-dong  rules by which records are granted at once
    rules,  # /quy-dinh    terms of access, and how long services take
    about,  # /lien-he     contact, privacy, accessibility, access levels, site map
    guide,  # /tro-giup    the user guide
    api,  # /api/v1      for programs
    health,  # /healthz     for the machine
)


def register(app: Flask) -> None:
    """Register every area."""
    for blueprint in SITE:
        app.register_blueprint(blueprint)

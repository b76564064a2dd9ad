"""The words for what leaves: purges for good, and originals that left the store for scanning."""

from __future__ import annotations

from portal.core.messages.marking import N_

PURGE_KINDS = {
    "document": N_("Document"),
    "page": N_("Page"),
    "scan": N_("Refused file"),
    "batch": N_("Withdrawn batch"),
}
PURGE_STATES = {
    "proposed": N_("Waits for a second person"),
    "confirmed": N_("Confirmed, being removed"),
    "done": N_("Purged"),
    "declined": N_("Declined"),
    "withdrawn": N_("Taken back"),
}
PURGE_LISTS = {
    "waiting": N_("Waiting"),
    "done": N_("Confirmed"),
    "not_done": N_("Came to nothing"),
}
TOMBSTONES = {
    "record": N_("Records"),
    "page": N_("Pages"),
    "redacted": N_("Pages of redacted versions"),
    "file": N_("Files as they came"),
    "copy": N_("Copies that were issued"),
}
"""What is left of a purge."""
TAKEOUT_STATES = {
    "out": N_("Out of the store"),
    "overdue": N_("Late"),
    "back": N_("Back, whole and in order"),
    "incomplete": N_("Back, something is wrong"),
    "settled": N_("Back, settled"),
    "struck": N_("Struck"),
}
TAKEOUT_LISTS = {
    "out": N_("Out of the store"),
    "overdue": N_("Late"),
    "incomplete": N_("To be settled"),
    "closed": N_("Closed"),
}

"""The words for what is said of scans: how they came, what was noticed, where their batch stands."""

from __future__ import annotations

from portal.core.messages.marking import N_

ASIDE = {
    "separator": N_("Separator"),
    "batch_sheet": N_("Batch sheet"),
    "blank": N_("Empty back"),
    "rejected": N_("Rejected"),
    "replaced": N_("Scanned again"),
}
SECRET_MARKS = {
    "mat": N_("SECRET"),
    "toi_mat": N_("TOP SECRET"),
    "tuyet_mat": N_("MOST SECRET"),
}
"""Marks of a state secret, as they stand on paper."""
FLAGS = {
    "coarse": N_("Too few dots per inch"),
    "dpi_unknown": N_("Resolution not told by the file"),
    "cut": N_("Cut at the edge"),
    "skew": N_("Lies askew"),
    "turned": N_("Upside down or on its side"),
    "dark": N_("Dark"),
    "pale": N_("Pale"),
    "blank": N_("Blank"),
    "alike": N_("Looks like another page"),
    "same_in_batch": N_("The same file twice in this batch"),
    "was_refused": N_("The same file was refused before"),
    "was_withdrawn": N_("The same file came with a batch that was withdrawn"),
    "was_purged": N_("The same file was purged before"),
    "file_name": N_("Name of the file not by the rule"),
}
"""What is worth a look in a batch."""
SIGNATURE_STATES = {
    "unbroken": N_("Unbroken since signing"),
    "altered": N_("Altered after signing"),
    "unknown": N_("Cannot be checked"),
}
HOLD_STATES = {
    "held": N_("Held back"),
    "released": N_("Released"),
    "purged": N_("Purged"),
}
CHECK_STATES = {
    "waiting": N_("Waits for a look"),
    "accepted": N_("Accepted"),
    "rescan": N_("To be scanned again"),
    "rescanned": N_("Scanned again since"),
    "rejected": N_("Rejected for good"),
}
PLACES = {
    "first": N_("Before the other batches"),
    "usual": N_("In the order they came"),
    "last": N_("Behind the other batches"),
}
"""Where in the queue of reading a batch is."""
SCAN_STATES = {
    "received": N_("Received"),
    "split": N_("Taken in"),
    "refused": N_("Refused"),
    "duplicate": N_("Already here"),
}
FILE_CHOICES = {
    "all": N_("All"),
    "trouble": N_("In trouble"),
    "refused": N_("Refused"),
    "duplicate": N_("Already here"),
    "reading": N_("Being read"),
}
"""Which files of a batch are shown."""

"""What each kind of job does, in words, for whoever looks at those that were given up."""

from __future__ import annotations

from portal.core.messages.marking import N_

JOB_KINDS = {
    "page.read": N_("Read a page"),
    "page.render": N_("Make the image of a page"),
    "page.redact": N_("Make a page of a redacted version"),
    "ingest.split": N_("Open a file"),
    "ingest.unpack": N_("Unpack a ZIP file"),
    "ingest.signatures": N_("Check the signatures of a file"),
    "purge.carry_out": N_("Carry out a purge"),
    "mail.send": N_("Send a mail"),
    "sms.send": N_("Send a text message"),
    "accounts.letter": N_("Send a mail with a link"),
    "access.copy": N_("Make the copy for a reader"),
    "access.guest_digits": N_("Send the digits to somebody without an account"),
    "access.exposure": N_("Answer who reported personal data"),
    "demo.seed": N_("Make the demo"),
    "demo.paper": N_("Bring a paper of the demo"),
    "demo.batch": N_("Bring the batch of the demo"),
    "demo.second_look": N_("Look at the scans of the demo"),
    "demo.requests": N_("Make the requests of the demo"),
    "demo.serving": N_("Answer the requests of the demo"),
    "demo.redaction": N_("Make the redacted version of the demo"),
    "demo.redacted_leave": N_("Grant the redacted version of the demo"),
}

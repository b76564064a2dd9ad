"""Messages of codes that any part of the portal can raise."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "not_found": N_("There is nothing at this address."),
    "gone": N_("What stood at this address was taken out of the archive by law. It does not come back."),
    "not_permitted": N_("Your role does not let you do this."),
    "sign_in_first": N_("Sign in first."),
    "changed_meanwhile": N_(
        "Somebody else changed this in the meantime. Look at it again and repeat your change."
    ),
    "no_dated_value": N_(
        "The setting %(key)s has no value valid on %(day)s. Ask the administrator to add one."
    ),
    "bad_request": N_("The portal did not understand this request. Go back and try again."),
    "wrong_method": N_("This address cannot be used in this way. Go back and try again."),
    "sent_from_elsewhere": N_("This was sent from another site and was not carried out."),
    "no_files": N_("Choose at least one file."),
    "missing": N_("Fill in this field."),
    "too_long": N_("Shorten this to at most %(most)s characters."),
    "bad_choice": N_("Choose one from the list."),
    "bad_date": N_("Write the date as dd/mm/yyyy."),
    "bad_partial_date": N_("Write the date as dd/mm/yyyy, as mm/yyyy, or the year alone."),
    "bad_metres": N_("Write the metres as a number with at most three decimals, such as %(example)s."),
    "database_away": N_("The portal cannot look this up just now. Nothing was lost; try again in a moment."),
    "disk_broken": N_(
        "The server cannot write to its disk. Nothing that was confirmed is lost; try again later."
    ),
    "disk_full": N_("The server is short of disk space. Nothing was lost; try again later."),
    "no_stream_free": N_(
        "The server has no line free for live news. The page asks from time to time instead."
    ),
    "internal": N_("Something went wrong on our side. It has been written down."),
    "form_expired": N_("This form has expired. Send it again."),
    "too_many_tries": N_("Too many tries. Wait a few minutes, then try again."),
    "too_many_letters": N_(
        "This address was written to too often today. Use a link from one of the e-mails, or ask tomorrow."
    ),
    "too_large": N_("This is larger than %(most_mb)s MB. Send fewer files at a time."),
}

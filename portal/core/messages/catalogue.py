"""Messages of the codes of `catalogue`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "name_taken": N_("These two names stand in the list already."),
    "same_name": N_("Both names are the same to the search. Write another one."),
    "code_taken": N_("This code is already in use. Choose another one."),
    "dates_reversed": N_("The end lies before the beginning."),
    "bad_extent": N_("The extent must be more than 0 and at most 100 kilometres of shelf."),
    "not_a_fonds": N_("Choose a fonds."),
    "not_a_parent": N_("Only a fonds or a file can hold this."),
    "cannot_move": N_("This cannot be moved."),
    "into_itself": N_("A file cannot be placed inside itself."),
    "too_deep": N_("The tree can have at most %(most)s levels."),
    "level_needs_reason": N_("Say why the record is not open."),
    "date_not_past": N_("The date must lie between 1800 and today."),
    "own_successor": N_("An agency cannot be its own successor."),
    "bad_image_address": N_(
        "This part of the image cannot be had: the address breaks the rules of IIIF Image 3.0."
    ),
    "unknown_type": N_("Choose a type from the list."),
}

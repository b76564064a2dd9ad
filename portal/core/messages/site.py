"""Messages of the codes of `site`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "not_an_email": N_("Write an e-mail address, as in name@example.vn."),
    "both_languages": N_("Write the text in both languages, or leave both empty."),
    "emblem_kind": N_("Choose a PNG or JPEG picture of at most %(most_mb)s MB."),
    "calendar_line": N_(
        "Line %(line)s has to hold a day, a kind and a name, with semicolons between them: “%(text)s”."
    ),
    "calendar_line_day": N_("Line %(line)s does not begin with a day as in 30/04/2026: “%(text)s”."),
    "calendar_line_kind": N_(
        "Line %(line)s names a kind that there is not. Write nghỉ lễ, nghỉ bù, làm bù or đóng cửa,"
        " or holiday, in lieu, worked or closed: “%(text)s”."
    ),
    "calendar_other_year": N_("Line %(line)s is a day of another year than %(year)s: “%(text)s”."),
    "calendar_name_long": N_("The name in line %(line)s has more than %(most)s characters: “%(text)s”."),
    "calendar_worked_anyway": N_(
        "Line %(line)s is no Saturday or Sunday; other days are worked unless a line says that they are off:"
        " “%(text)s”."
    ),
    "calendar_off_anyway": N_(
        "Line %(line)s is a Saturday or Sunday, which is off anyway; give the day that is off instead:"
        " “%(text)s”."
    ),
    "calendar_day_twice": N_("Line %(line)s names %(day)s, which stands in an earlier line."),
    "calendar_too_long": N_("That is far more than the days of one year."),
    "calendar_not_utf8": N_("The file is not in UTF-8. Save it as plain text in UTF-8."),
}

"""Messages of the codes of `accounts`."""

from portal.core.messages.marking import N_

MESSAGES: dict[str, str] = {
    "bad_email": N_("Write an e-mail address like ten@vidu.vn."),
    "email_taken": N_("There is already an account with this e-mail address."),
    "no_such_person": N_("There is no active account with this e-mail address."),
    "password_length": N_("Choose a password of %(least)s to %(most)s characters."),
    "wrong_sign_in": N_("The e-mail address or the password is not right."),
    "link_is_over": N_("This one-time address has been used or is too old. Ask for a new one."),
    "token_days": N_("A token lasts between 1 and %(most)s days."),
    "bad_token": N_("This token is unknown or has ended. Ask for a new one."),
    "demo_is_local": N_("Demo accounts can sign in only on the machine that the portal runs on."),
    "not_oneself": N_("You cannot do this to your own account."),
    "last_administrator": N_("This is the last administrator. Name another one first."),
}

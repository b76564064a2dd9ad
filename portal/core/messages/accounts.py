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
    "cannot_lend": N_("Only what the role of whoever lends it carries can be lent."),
    "lent_to_oneself": N_("Choose somebody else: nobody lends to themselves."),
    "cannot_be_lent_to": N_(
        "Choose somebody of the staff who is no administrator and whose account is open."
    ),
    "has_it_already": N_("The role of this colleague carries that already."),
    "bad_period": N_("Choose a last day that is not before the first, and %(most)s days later at most."),
    "delegation_is_over": N_("This delegation has ended already."),
    "absence_is_over": N_("This absence is over already."),
    "is_away": N_("This colleague is away. Choose somebody else."),
    "staff_only": N_("This is for the staff of the archive."),
    "delegation_given": N_("From %(first)s to %(last)s one signs for the other"),
    "delegation_given_body": N_(
        "From %(first)s to %(last)s you sign for a colleague, or a colleague signs for you. "
        "Who, for what and by which paper stands here. If that is wrong, end it there:"
    ),
    "not_oneself": N_("You cannot do this to your own account."),
    "last_administrator": N_("This is the last administrator. Name another one first."),
    "erased": N_("This person had their data erased. The account stays closed."),
    "erase_staff": N_(
        "Accounts of staff are closed by an administrator; what was done in the service stays in the trail."
    ),
    "erase_requests_run": N_(
        "One of your requests is not finished. Withdraw what is undecided, or wait for the decision."
    ),
    "erase_appeals_run": N_(
        "An appeal of yours is not decided yet. Wait for the answer, or take the appeal back."
    ),
    "erase_grants_run": N_(
        "You still have leave to read documents. Your name must stand on them until it ends."
    ),
    "erase_be_sure": N_("Tick this to say that you are sure."),
    "not_disabled": N_("This account is not disabled."),
    "wrong_password": N_("The present password is not right."),
    "bad_id_number": N_(
        "Write the number as it stands on the card or passport: 12 digits on a citizen's card, "
        "9 on an older identity card."
    ),
    "bad_phone": N_("Write a phone number like 0912 345 678 or +84 912 345 678."),
    "id_number_taken": N_(
        "This number stands in another account. If the other account is yours, sign in there; "
        "if it is not, tell the archive."
    ),
    "evidence_most": N_("There are %(most)s already. Take one back before you send another."),
    "identity_confirmed": N_("Your identity has been confirmed"),
    "identity_confirmed_body": N_(
        "An officer of the archive has confirmed who you are. What you sent as evidence will be removed."
    ),
    "identity_sent_back": N_("Something is missing for your identity to be confirmed"),
    "identity_sent_back_body": N_(
        "An officer of the archive looked at your data and needs something else. "
        "What it is stands at the address below, after you sign in."
    ),
    "unsealable": N_(
        "What was kept here can no longer be read, because its key is gone. Please give it again."
    ),
    "heir_cannot": N_("Choose somebody who is active and may do this work."),
    "nothing_to_hand_over": N_("There is no open work to hand over."),
    "password_changed": N_("Your password has been changed"),
    "password_changed_body": N_(
        "The password of your account has been changed, and all other sessions have ended. "
        "If it was not you, tell the archive at once."
    ),
    "prove_address": N_("Finish your registration"),
    "prove_address_body": N_(
        "Somebody, most likely you, asked for an account with this e-mail address. Choose a password at "
        "the address below; it can be used once, until %(until)s. If it was not you, do nothing."
    ),
    "account_exists": N_("You have an account already"),
    "account_exists_body": N_(
        "Somebody, most likely you, asked for an account with this e-mail address. There is one already: "
        "sign in at the address below. If you have forgotten the password, you can choose another one there."
    ),
    "reset_password": N_("Choose a new password"),
    "reset_password_body": N_(
        "Somebody, most likely you, has forgotten the password of this account. Choose a new one at the "
        "address below; it can be used once, until %(until)s. If it was not you, do nothing: your password "
        "stays as it is."
    ),
    "no_account": N_("There is no account with this address"),
    "no_account_body": N_(
        "Somebody, most likely you, asked for a new password, but no account has this e-mail address. "
        "Perhaps you registered with another one. You can register here:"
    ),
    "account_closed": N_("Your account is closed"),
    "account_closed_body": N_(
        "Somebody, most likely you, asked for access to the account with this e-mail address. The account "
        "has been closed. Please turn to the archive if you think that this is wrong."
    ),
    "invitation": N_("You are invited to work with us"),
    "invitation_body": N_(
        "An account for staff has been prepared for you. Choose a password at the address below; it can be "
        "used once, until %(until)s."
    ),
}

"""The five roles and the permissions each carries; the one list for the whole portal."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is to the archive."""

    CITIZEN = "citizen"
    OPERATOR = "operator"
    ARCHIVIST = "archivist"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """A kind of act. Whether it may be done to a given record is for `rights` to say."""

    REQUEST = "request"
    TAKE_IN = "take_in"
    DESCRIBE = "describe"
    SET_ACCESS = "set_access"
    ARRANGE = "arrange"
    HANDLE = "handle"
    """Take up requests, ask their readers, and draft decisions."""
    DECIDE = "decide"
    READ_CLOSED = "read_closed"
    READ_WITHHELD = "read_withheld"
    READ_AUDIT = "read_audit"
    CONFIRM_IDENTITY = "confirm_identity"
    MANAGE_SECRETS = "manage_secrets"
    """Answer for documents that are held back because they bear the mark of a state secret."""
    PROPOSE_PURGE = "propose_purge"
    """Propose that something leaves the archive without a byte left."""
    CONFIRM_PURGE = "confirm_purge"
    """Decide so, as the second person."""
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SITE = "manage_site"


_KEEPER = frozenset(
    {
        Permission.REQUEST,
        Permission.TAKE_IN,
        Permission.DESCRIBE,
        Permission.SET_ACCESS,
        Permission.ARRANGE,
        Permission.READ_CLOSED,
        Permission.READ_WITHHELD,
        Permission.PROPOSE_PURGE,
    }
)
"""What archivists and administrators share. Administrators see neither purposes nor ID numbers."""

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CITIZEN: frozenset({Permission.REQUEST}),
    Role.OPERATOR: frozenset({Permission.REQUEST, Permission.TAKE_IN, Permission.READ_CLOSED}),
    Role.ARCHIVIST: _KEEPER | {Permission.HANDLE, Permission.CONFIRM_IDENTITY},
    Role.APPROVER: frozenset(
        {
            Permission.REQUEST,
            Permission.HANDLE,
            Permission.DECIDE,
            Permission.CONFIRM_IDENTITY,
            Permission.READ_CLOSED,
            Permission.READ_WITHHELD,
            Permission.READ_AUDIT,
            Permission.MANAGE_SECRETS,
            Permission.PROPOSE_PURGE,
            Permission.CONFIRM_PURGE,
        }
    ),
    # Without HANDLE: what readers need records for is not the administrator's to know.
    Role.ADMINISTRATOR: _KEEPER
    | {
        Permission.READ_AUDIT,
        Permission.MANAGE_SECRETS,
        Permission.CONFIRM_PURGE,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_SITE,
    },
}

LENDABLE = frozenset({Permission.HANDLE, Permission.DECIDE})
"""What one of the staff can lend to another for a while; nothing else is ever lent."""

STAFF = frozenset(Role) - {Role.CITIZEN}

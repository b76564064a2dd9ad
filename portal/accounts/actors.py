"""Who acts: the first argument of every verb, free of Flask and of the database row."""

from __future__ import annotations

from dataclasses import dataclass

from portal.accounts.roles import PERMISSIONS, STAFF, Permission, Role
from portal.core.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, nobody (anonymous), or the machine itself; `id` is None for the last two."""

    id: str | None
    role: Role | None
    name: str = ""
    is_machine: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.id is not None

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    def may(self, permission: Permission) -> bool:
        """Tell whether the role carries the permission at all."""
        return self.role is not None and permission in PERMISSIONS[self.role]

    def must(self, permission: Permission) -> None:
        """Raise NotAllowedError unless the role carries the permission."""
        if not self.may(permission):
            raise NotAllowedError("not_permitted", permission=permission.value)


ANONYMOUS = Actor(id=None, role=None)

OPERATOR_AT_THE_MACHINE = Actor(id=None, role=Role.OPERATOR, name="flask ingest", is_machine=True)
"""Whoever can start commands on the server may take in, and nothing more without `--as`."""

PORTAL = Actor(id=None, role=None, name="portal", is_machine=True)
"""The portal's own periodic acts in the audit trail."""

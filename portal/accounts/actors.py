"""Who acts: the first argument of every verb, free of Flask and of the database row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.accounts.roles import PERMISSIONS, STAFF, Permission, Role
from portal.core.errors import NotAllowedError


class Form(StrEnum):
    """How a signature says for whom it stands, as Decree 30/2020 has it."""

    KT = "KT"
    """A deputy signs for the head (ký thay)."""
    TL = "TL"
    """The head of a unit signs by order (thừa lệnh)."""
    TUQ = "TUQ"
    """Somebody signs who was empowered in writing (thừa ủy quyền)."""


@dataclass(frozen=True, slots=True)
class Lent:
    """What somebody lends to the actor today."""

    id: str
    """Of the delegation."""
    giver_id: str
    giver: str
    form: str
    to_day: date
    permissions: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, nobody (anonymous), or the machine itself; `id` is None for the last two."""

    id: str | None
    role: Role | None
    name: str = ""
    is_machine: bool = False
    lent: tuple[Lent, ...] = ()
    """What others lend to the person today; the role comes first."""

    @property
    def is_signed_in(self) -> bool:
        return self.id is not None

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    def may(self, permission: Permission) -> bool:
        """Tell whether the role carries the permission at all, or somebody lends it."""
        return bool(self.powers(permission))

    def powers(self, permission: Permission) -> tuple[Lent | None, ...]:
        """Return by what the actor has it: None for the role, which stands alone, else all that lend it."""
        if self.role is None:
            return ()
        if permission in PERMISSIONS[self.role]:
            return (None,)
        return tuple(one for one in self.lent if permission in one.permissions)

    def is_second(self, permission: Permission, first: str | None) -> bool:
        """Tell whether the actor may act as the second person: neither they nor the lender is the first."""
        return self.id != first and any(
            power is None or power.giver_id != first for power in self.powers(permission)
        )

    def must(self, permission: Permission) -> None:
        """Raise NotAllowedError unless the actor may."""
        if not self.may(permission):
            raise NotAllowedError("not_permitted", permission=permission.value)


ANONYMOUS = Actor(id=None, role=None)

OPERATOR_AT_THE_MACHINE = Actor(id=None, role=Role.OPERATOR, name="flask ingest", is_machine=True)
"""Whoever can start commands on the server may take in, and nothing more without `--as`."""

PORTAL = Actor(id=None, role=None, name="portal", is_machine=True)
"""The portal's own periodic acts in the audit trail."""

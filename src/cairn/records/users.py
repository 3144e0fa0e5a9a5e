"""Users: the people of an authority, what their role is, and who is acting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from cairn.records.authorities import Authority, AuthorityKind

if TYPE_CHECKING:
    from collections.abc import Mapping


NAME_LENGTH = 200
EMAIL_LENGTH = 254
"""Characters. Source: RFC 5321, 4.5.3.1.3, a path of 256 with its two brackets."""


class Role(models.TextChoices):
    """What a person is to the node; one role a person."""

    INVESTIGATOR = "investigator", "investigator"
    SUPERVISOR = "supervisor", "supervisor"
    HUB_ANALYST = "hub-analyst", "hub analyst"
    HOTLINE_ANALYST = "hotline-analyst", "hotline analyst"
    REPORTER = "reporter", "reporter (a system account)"
    AUDITOR = "auditor", "auditor: sees the log, no material"
    ADMINISTRATOR = "administrator", "administrator: accounts and settings, no material"


class User(AbstractBaseUser):
    """A person, or a system account, of exactly one authority. It is never deleted, only made inactive."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="users")
    login = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=NAME_LENGTH)
    role = models.CharField(max_length=20, choices=Role.choices)
    language = models.CharField(max_length=16, blank=True, help_text="BCP 47; empty: as the browser asks")
    email = models.CharField(max_length=EMAIL_LENGTH, blank=True)
    is_active = models.BooleanField(default=True)
    refused_sign_ins = models.PositiveIntegerField(default=0, help_text="since the last one that succeeded")
    waits_until = models.DateTimeField(null=True, help_text="before then nobody signs in")
    factors_taken_at = models.DateTimeField(null=True, help_text="by an administrator; told to the person")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        """Answer the login, which is what people type."""
        return self.login


MATERIAL_ROLES = frozenset({Role.INVESTIGATOR, Role.SUPERVISOR, Role.HUB_ANALYST, Role.HOTLINE_ANALYST})
"""Who may see series, sightings and people: an auditor and an administrator may not."""

LOG_ROLES = frozenset({Role.AUDITOR, Role.SUPERVISOR})
"""Who reads the audit log of their own authority."""

ROLES_OF: Mapping[str, frozenset[Role]] = {
    AuthorityKind.UNIT: frozenset({Role.INVESTIGATOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR}),
    AuthorityKind.HUB: frozenset({Role.HUB_ANALYST, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR}),
    AuthorityKind.HOTLINE: frozenset({Role.HOTLINE_ANALYST, Role.REPORTER, Role.AUDITOR, Role.ADMINISTRATOR}),
    AuthorityKind.COMPANY: frozenset({Role.REPORTER, Role.AUDITOR, Role.ADMINISTRATOR}),
    AuthorityKind.OVERSIGHT: frozenset({Role.AUDITOR}),
}
"""Which roles the people of an authority can have: a company has no investigators, oversight only reads."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an authority, in a role, through a person where one has signed in.

    Attributes:
        authority: On whose behalf.
        roles: What they may do; a person has one role, the operator of a node several.
        user: The person; ``None`` for the operator at the node's own command line.
    """

    authority: Authority
    roles: frozenset[Role]
    user: User | None = None

    @classmethod
    def operator(cls, authority: Authority) -> Actor:
        """Answer the operator of a node, acting for an authority of it.

        Whoever can read the node's files is trusted with all that the people of this authority could do, and
        with nothing that takes two of them. Accounts the operator keeps for every authority: somebody has to
        record its first person.
        """
        return cls(authority, ROLES_OF[authority.kind] | {Role.ADMINISTRATOR})

    @classmethod
    def person(cls, user: User) -> Actor:
        """Answer a person who has signed in."""
        return cls(user.authority, frozenset({Role(user.role)}), user)

    @property
    def sees_material(self) -> bool:
        """True where one of the roles works with material."""
        return bool(self.roles & MATERIAL_ROLES)

    @property
    def sees_whole_log(self) -> bool:
        """True for an auditor of the hub or of an oversight body."""
        overseers = {AuthorityKind.HUB, AuthorityKind.OVERSIGHT}
        return Role.AUDITOR in self.roles and self.authority.kind in overseers

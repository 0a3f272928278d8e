"""The actor 操作人: who does it, for which organisation, in which role. Every command carries one."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.refusal import NotPermitted
from kernel.role import Role


@dataclass(frozen=True)
class Actor:
    """A person in exactly one role. The clock acts without a person.

    delegator_id  the person on whose behalf 委托代理 this one acts; None: in their own name
    """

    person_id: int | None
    organisation_id: int | None
    role: Role
    name: str = ""
    organisation_name: str = ""
    delegator_id: int | None = None
    delegator_name: str = ""

    @property
    def people(self) -> frozenset[int]:
        """Everybody whose act this one is: the person, and whoever delegated. Nobody of them approves it."""
        return frozenset(id for id in (self.person_id, self.delegator_id) if id is not None)

    @classmethod
    def clock(cls) -> Actor:
        """系统时钟: what time alone changes, nobody does."""
        return cls(None, None, Role.CLOCK, name=Role.CLOCK.zh)

    def buys_for(self, organisation_id: int | None) -> bool:
        """Whether acting as the buyer 采购人 of this organisation."""
        return self.role is Role.BUYER and self.organisation_id is not None and self.organisation_id == organisation_id

    def must_be(self, *roles: Role) -> None:
        """Refuse (NotPermitted) unless acting in one of ``roles``: for services that the night calls too."""
        if self.role not in roles:
            raise NotPermitted(f"此事项由{'、'.join(role.zh for role in roles)}办理, 您现在的身份是{self.role.zh}")

    def must_act_for(self, organisation_id: int) -> None:
        """Refuse (NotPermitted) unless ``organisation_id`` is the actor's own organisation."""
        if self.organisation_id != organisation_id:
            raise NotPermitted("只能办理本单位的事项")

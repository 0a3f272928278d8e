"""The form of a bid: price, declaration, proofs, statements. It asks for the shape and keeps everything that was typed."""

from __future__ import annotations

import secrets
from fractions import Fraction
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from app.accounts import Actor
from app.procurement.bids.attachments import Folder
from app.procurement.bids.declaration import Declaration
from app.procurement.bids.models import BidRow
from app.procurement.bids.services import ReplaceBid, SubmitBid
from app.web.forms import RoomForm
from kernel.money import yuan
from kernel.points import points, shortest_text
from procurement.bid import price_findings
from procurement.documents import PriceForm, Tender

CONTACT = {"project_leader": "项目负责人", "contact_person": "授权代表", "contact_phone": "联系电话"}


class BidForm(RoomForm):
    """投标文件."""

    price = StringField("投标总价（元）", [InputRequired("请填写报价")])
    project_leader = StringField(CONTACT["project_leader"], [InputRequired("请填写项目负责人"), Length(max=60, message="最长60个字符")])
    contact_person = StringField(CONTACT["contact_person"], [InputRequired("请填写授权代表"), Length(max=60, message="最长60个字符")])
    contact_phone = StringField(CONTACT["contact_phone"], [InputRequired("请填写联系电话"), Length(max=40, message="最长40个字符")])
    aware = BooleanField("我已知道上述情况, 仍然递交")

    def __init__(
        self, tender: Tender, folder: Folder, bid: BidRow | None = None, draft: MultiDict[str, str] | None = None
    ) -> None:
        """``bid``: the one to be replaced; ``draft``: what was typed before, which comes first."""
        self.tender = tender
        self.folder = folder
        self.declaration = Declaration(tender)
        self.facts: dict[str, Any] = {}
        self.statements: list[str] = []
        held: dict[str, Any] = {}
        if bid is not None and request.method == "GET":
            held = {**bid.documents.get("contact", {}), "price": _price_text(bid)}
            self.statements = list(bid.documents.get("statements", ()))
            self.declaration.fill(bid.facts, bid.documents.get("proofs", {}))
        if draft is not None and request.method == "GET":
            self.keep_typed(draft)
            super().__init__(formdata=draft, data=held)
        else:
            super().__init__(data=held)
        if self.by_rate:
            self.price.label.text = "投标折扣率（如 0.88 表示预算的 88%）"

    @property
    def by_rate(self) -> bool:
        return self.tender.price.form is PriceForm.DISCOUNT_RATE

    def keep_typed(self, sent: MultiDict[str, str]) -> None:
        """Let the form show what was typed, without judging it: a draft, or a form of which only files were to be saved."""
        self.declaration.keep_typed(sent)
        self._read_statements(sent)

    def _read_statements(self, sent: MultiDict[str, str]) -> None:
        known = [condition.number for condition in self.tender.qualification]
        self.statements = [number for number in known if number in sent.getlist("statement")]

    def read(self) -> bool:
        """Read everything that was sent. True when the shape is right; otherwise every problem is said at once."""
        self.facts = self.declaration.read(request.form)
        self._read_statements(request.form)
        sound = self.validate()
        if self.price.data and self.price.data.strip():
            for finding in price_findings(self.price.data, self.tender.price.form):
                self.explain((finding,))
                sound = False
        return sound and not self.declaration.problems() and not self.folder.refused

    def command(self, actor: Actor, ocid: str, replaces: bool) -> SubmitBid:
        """The command, once ``read`` found the shape right."""
        quoted = points(_plain(self.price.data))
        documents = {
            "proofs": self.declaration.proofs(),
            "statements": self.statements,
            "contact": {name: (self[name].data or "").strip() for name in CONTACT},
            "salt": secrets.token_hex(16),
        }
        make = ReplaceBid if replaces else SubmitBid
        price = None if self.by_rate else int(quoted * 100)
        rate = quoted if self.by_rate else None
        return make(actor, ocid, price, self.facts, documents, rate=rate, files=self.folder.chosen)

    @property
    def missing_statements(self) -> int:
        return len(self.tender.qualification) - len(self.statements)

    def quoted(self) -> tuple[int | None, Fraction | None]:
        """(fen, rate) as typed; (None, None) while it cannot be read."""
        if price_findings(self.price.data or "", self.tender.price.form):
            return None, None
        value = points(_plain(self.price.data))
        return (None, value) if self.by_rate else (int(value * 100), None)

    def problems(self) -> list[tuple[str, str, str]]:
        return [*super().problems(), *self.declaration.problems(), *self.folder.problems()]

    def explain(self, refusal: Any) -> None:
        """Findings about a part go to its control."""
        findings = getattr(refusal, "findings", refusal)
        rest = [finding for finding in findings if not self.declaration.blame(finding.field, finding.zh)]
        if rest or not getattr(refusal, "findings", True):
            super().explain(rest or refusal)


class WithdrawForm(RoomForm):
    """撤回投标文件: nothing but the keys."""


def _plain(text: str | None) -> str:
    return (text or "").strip().replace(",", "").replace("，", "")


def _price_text(bid: BidRow) -> str:
    if bid.price is None:
        return "" if bid.rate is None else shortest_text(bid.rate)
    return f"{yuan(bid.price):f}".removesuffix(".00")

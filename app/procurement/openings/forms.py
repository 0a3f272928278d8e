"""Forms of the opening."""

from __future__ import annotations

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.accounts import Actor
from app.procurement.openings.queries import Watcher
from app.procurement.openings.services import FailForTooFew, OpenBids
from app.procurement.tenders.forms import AskedByLaw
from app.procurement.tenders.services import BRANCHES
from app.web.forms import RoomForm


class OpenForm(RoomForm):
    """开标."""

    place = StringField("开标地点", [AskedByLaw(), Length(max=200, message="最长200个字符")])
    overseer_id = SelectField("到场监督人员", [AskedByLaw()], coerce=int)

    def offer(self, watchers: list[Watcher]) -> None:
        """Who may be chosen as overseer."""
        self.overseer_id.choices = [SelectChoice("0", "请选择"), *(SelectChoice(str(w.person_id), f"{w.organisation} · {w.name}") for w in watchers)]

    def command(self, actor: Actor, ocid: str) -> OpenBids:
        return OpenBids(actor, ocid, self.overseer_id.data or None, self.place.data or "")


class FailForm(RoomForm):
    """废标: too few bids."""

    branch = RadioField("后续处理", choices=[SelectChoice(*each) for each in BRANCHES.items()], validate_choice=False)
    reason = TextAreaField("废标理由", [AskedByLaw(), Length(max=2000, message="最长2000个字符")])

    def command(self, actor: Actor, ocid: str) -> FailForTooFew:
        return FailForTooFew(actor, ocid, self.branch.data or "", self.reason.data or "")

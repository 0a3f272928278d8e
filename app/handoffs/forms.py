"""Forms of the meeting point."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.web.forms import RoomForm


class EntrustForm(RoomForm):
    """委托评估."""

    body = SelectField("第三方评估机构", coerce=int)

    def offer(self, bodies: Iterable[tuple[int, str]]) -> None:
        self.body.choices = [SelectChoice(str(id), name) for id, name in bodies]

"""Forms of the rubrics."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.accounts import Actor
from app.evaluation.rubrics.services import KeepRubric
from app.evaluation.rubrics.text import decoded
from app.web.forms import RoomForm
from kernel.refusal import BadInput, Finding


class KeepForm(RoomForm):
    """导入指标体系: a file, or the text itself. After a refusal the text stands in the page, so nothing is lost."""

    autosaved = True
    name = StringField("名称（不填则用文件中的名称）", [Optional(), Length(max=200, message="名称最长200字")])
    file = FileField("指标体系文件（YAML）")
    text = TextAreaField("或者粘贴指标体系的内容", [Optional()])

    field_order = ("name", "file", "text")

    def command(self, actor: Actor) -> KeepRubric:
        """Raises BadInput when nothing was handed in or it is no text; what was read is kept in the form."""
        upload = self.file.data
        if upload and upload.filename:
            self.text.data = decoded(upload.read())
            self.text.raw_data = None
        if not (self.text.data or "").strip():
            raise BadInput((Finding("file", "请选择指标体系文件, 或者粘贴它的内容"),), "没有指标体系")
        return KeepRubric(actor, self.text.data.replace("\r\n", "\n"), "upload", self.name.data or "")

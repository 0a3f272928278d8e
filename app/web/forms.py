"""The form of every room 表单: asks for the shape, keeps what was typed, and says everything wrong at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import Field, FieldList, Form, FormField, HiddenField

from app.web.once import new_key
from kernel.refusal import Finding, Refusal

_ZH = {
    "This field is required.": "此项必填",
    "Not a valid choice.": "所选内容无效",
    "Not a valid integer value.": "请填写整数",
    "Not a valid decimal value.": "请填写数字",
    "Not a valid float value.": "请填写数字",
    "Not a valid date value.": "请填写日期, 如 2026-03-22",
    "Not a valid datetime value.": "请填写日期和时间",
    "Not a valid time value.": "请填写时间",
    "Invalid Choice: could not coerce.": "所选内容无效",
    "Choices cannot be None.": "所选内容无效",
    "Invalid choice(s): one or more data inputs could not be coerced.": "所选内容无效",
    "'%(value)s' is not a valid choice for this field.": "所选内容无效",
    "'%(value)s' are not valid choices for this field.": "所选内容无效",
    "Field must be at least %(min)d character long.": "内容过短",
    "Field must be at least %(min)d characters long.": "内容过短",
    "Field cannot be longer than %(max)d character.": "最长%(max)d字",
    "Field cannot be longer than %(max)d characters.": "最长%(max)d字",
    "Number must be at least %(min)s.": "不得小于%(min)s",
    "Number must be at most %(max)s.": "不得大于%(max)s",
    "Number must be between %(min)s and %(max)s.": "须在%(min)s至%(max)s之间",
    "CSRF token missing.": "页面停留过久, 请刷新后重试",
}


class Translations:
    """WTForms' few built-in sentences, in Chinese."""

    def gettext(self, string: str) -> str:
        return _ZH.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return _ZH.get(singular if n == 1 else plural, singular if n == 1 else plural)


class RowForm(Form):
    """One row inside a RoomForm's FieldList: ``FieldList(FormField(MyRow))``. Carries no keys of its own."""

    class Meta(Form.Meta):
        def get_translations(self, form: Any) -> Translations:
            return Translations()


class RoomForm(FlaskForm):
    """Base of the forms. A room adds fields, ``command(...)``, and nothing about the law.

    >>> form = PublishForm()                                   # doctest: +SKIP
    >>> if form.validate_on_submit(): ...                      # doctest: +SKIP
    >>> except Unlawful as refusal: form.explain(refusal)      # doctest: +SKIP
    """

    autosaved: ClassVar[bool] = False
    """Whether what is typed is kept as a draft (app/drafts/autosave.py): for forms on a page of their own that take long."""
    once = HiddenField(default=new_key)

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Translations:
            return Translations()

    def explain(self, refusal: Refusal | Iterable[Finding]) -> None:
        """Put every finding at its field; what concerns no field of this form is said at the top."""
        if isinstance(refusal, Refusal):
            findings = refusal.findings
            if not findings:
                self.form_errors.append(refusal.message)
        else:
            findings = tuple(refusal)
        for finding in findings:
            if finding.field in self:
                field = self[finding.field]
                field.errors = [*field.errors, finding.sentence()]
            else:
                self.form_errors.append(finding.sentence())

    def problems(self) -> list[tuple[str, str, str]]:
        """Everything wrong, in the order of the form: (field id or "", label or "", sentence)."""
        found = [("", "", str(error)) for error in self.form_errors]
        for field in self:
            found.extend(_problems_of(field))
        return found


def _problems_of(field: Field, before: str = "") -> Iterable[tuple[str, str, str]]:
    """What is wrong with ``field`` and, where it holds rows, with each field of each row."""
    label = f"{before}{field.label.text}"
    if isinstance(field, FormField):
        for inner in field.form:
            yield from _problems_of(inner, before)
    elif isinstance(field, FieldList):
        for number, entry in enumerate(field.entries, 1):
            yield from _problems_of(entry, f"{label} 第{number}行 ")
        yield from ((field.id, label, error) for error in field.errors if isinstance(error, str))
    else:
        yield from ((field.id, label, str(error)) for error in field.errors)

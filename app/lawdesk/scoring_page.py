"""``/law/scoring/file``: a tender file or a rubric is read and its scoring checked; nothing is kept.

Our own form (YAML) is judged by the rules that guard publication. Of a Word, PDF or text draft the table of points is read for
the same rules, and its words by the clause check, each finding in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import jsonify, render_template, request
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.lawdesk.asking import METHODS
from app.lawdesk.check_page import Shown, reading_turn, shown
from app.lawdesk.place import room
from app.lawdesk.reading import KINDS, MOST_BYTES, pasted, read_document
from app.web.clock import clock
from app.web.forms import RoomForm
from kernel.points import shortest_text
from kernel.refusal import BadInput, Finding, Refusal
from law import law_at
from procurement.clauses.document import Document
from procurement.clauses.sums import score_items
from procurement.clauses.whole import Checked, check_document
from procurement.desk.answer import Answer, as_mapping
from procurement.desk.scoring import check, read_table
from rubric.reading import load_yaml

_OURS = {"notice", "scoring", "items", "criteria", "sections", "indicators", "price_weight"}
"""Keys by which a text is known as a file of our own form."""
_MOST_OURS = 400_000
_IN_THE_FILE = "见文件"
"""How points are given stands in the draft itself, where the clause check reads it."""
_OF_SCORES = ("87-55", "R-20", "R-34", "46-9", "2026-2", "87-12")


class ScoringForm(RoomForm):
    """What is to be checked: text, or a file, and the method where the draft does not say it in a form we read."""

    method = SelectField("采购方式", choices=[SelectChoice(*each) for each in METHODS])
    text = TextAreaField("评分标准或者采购文件的文字")
    file = FileField("或者上传文件")

    def content(self) -> tuple[str, bytes]:
        """(name, content); a file goes before text. Raises BadInput."""
        sent = self.file.data
        if isinstance(sent, FileStorage) and sent.filename:
            return sent.filename, sent.stream.read(MOST_BYTES + 1)
        if not (self.text.data or "").strip():
            raise BadInput((Finding("text", "请粘贴评分标准的文字, 或者选择一个文件"),))
        return "", self.text.data.encode("utf-8")


@room.get("/law/scoring/file")
def scoring_file() -> str:
    return _page(ScoringForm())


@room.post("/law/scoring/file")
def scoring_filed() -> Response | str | tuple[str, int]:
    form, today = ScoringForm(), clock().date()
    try:
        with reading_turn():
            answer, checked = _read(form, today)
    except Refusal as refusal:
        form.explain(refusal.findings or (Finding("", refusal.message),))
        return _page(form), refusal.status
    if request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json":
        return jsonify(_for_machines(answer, checked))
    return _page(form, answer, checked)


def _read(form: ScoringForm, today: date) -> tuple[Answer | None, Checked | None]:
    """The answer of the rules, and what the words say. Raises BadInput with everything that cannot be read."""
    name, content = form.content()
    method = form.method.data or METHODS[0][0]
    if (ours := _ours(content)) is not None:
        return check(read_table({"method": method, **ours} if "notice" not in ours else ours, today)), None
    document = read_document(name, content) if name else pasted(content.decode("utf-8"))
    items = [
        {"name": label, "points": shortest_text(points), "price": _is_price(label), "text": _IN_THE_FILE}
        for label, points in score_items(document)
    ]
    answer = check(read_table({"method": method, "items": items}, today)) if items else None
    return answer, _of_scores(check_document(document, law_at(today)), document)


def _ours(content: bytes) -> Mapping[str, Any] | None:
    """The file in our own form, or None when it is something else. Raises BadInput for one of ours that is broken."""
    if len(content) > _MOST_OURS or content[:4] in (b"%PDF", b"PK\x03\x04"):
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    keys = {line.split(":")[0].strip(' "{') for line in text.splitlines() if ":" in line and not line.startswith((" ", "\t"))}
    if not keys & _OURS and not text.lstrip().startswith("{"):
        return None
    found = load_yaml(text)
    return found if isinstance(found, Mapping) and _OURS & set(found) else None


def _is_price(name: str) -> bool:
    return "价格" in name or "报价" in name


def _of_scores(checked: Checked, document: Document) -> Checked:
    """What was found in the tables of points, and what is said of scoring elsewhere."""
    kept = [
        each for each in checked.findings
        if each.finding.family in _OF_SCORES
        or (each.text and document.lines[document.line_at(each.finding.span[0])].table in document.scored_tables)
    ]  # fmt: skip
    return Checked(checked.document, checked.subject, tuple(kept))


def _for_machines(answer: Answer | None, checked: Checked | None) -> dict[str, Any]:
    told: dict[str, Any] = {"answer": as_mapping(answer) if answer else None, "clauses": []}
    for each in checked.findings if checked else ():
        found = each.finding
        told["clauses"].append(
            {"rule": found.rule, "severity": found.severity.value, "why": found.why, "rewrite": found.rewrite, "place": each.place}
        )
    return told


def _page(form: ScoringForm, answer: Answer | None = None, checked: Checked | None = None) -> str:
    clauses: list[Shown] = [shown(n, each, checked.document) for n, each in enumerate(checked.findings, 1)] if checked else []
    return render_template(
        "lawdesk/scoring_file.html", form=form, answer=answer, checked=checked, clauses=clauses, kinds=KINDS,
        most=MOST_BYTES // (1024 * 1024),
    )  # fmt: skip

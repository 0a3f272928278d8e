"""``/law/check`` 条款体检: paste a draft or send a file; every finding in its place. Nothing is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from flask import jsonify, make_response, render_template, request
from flask_wtf.file import FileField
from markupsafe import Markup, escape
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from app.lawdesk.paper import typesetting
from app.lawdesk.place import room
from app.lawdesk.reading import KINDS, MOST_BYTES, pasted, read_document
from app.web.clock import clock
from app.web.forms import RoomForm
from kernel.refusal import BadInput, Finding, Refusal
from law import law_at
from procurement.clauses import Severity
from procurement.clauses.document import Document
from procurement.clauses.whole import Checked, Placed, check_document
from reports.compose.law_answer import Question, check_paper
from reports.pdf import make_pdf

__all__ = ["room"]

_AT_ONCE = threading.BoundedSemaphore(2)
"""Reading takes the machine; whoever comes third waits, and then is asked to come again."""
_WAIT = 8.0
_SHOWN_WHOLE = 30_000
"""Up to so many characters the whole text is shown, marked; of longer ones, the lines that were found."""
_AROUND = 70

TONES = {Severity.VIOLATION: "stop", Severity.RISK: "warn", Severity.HINT: "info"}


class Crowded(Refusal):
    """正在检查的较多: two drafts are being read already, and the third has waited."""

    status = 503
    zh = "正在检查的文件较多, 请稍后再试; 您粘贴的文字已保留"


@contextmanager
def reading_turn() -> Iterator[None]:
    """Inside the block a draft is read. Raises Crowded before it begins."""
    if not _AT_ONCE.acquire(timeout=_WAIT):
        raise Crowded
    try:
        yield
    finally:
        _AT_ONCE.release()


class CheckForm(RoomForm):
    """What is to be checked: text, or a file."""

    text = TextAreaField("采购文件或者条款的文字")
    file = FileField("或者上传文件")

    def asked(self) -> Document:
        """The document. A file goes before text. Raises BadInput, at the field that it concerns."""
        sent = self.file.data
        if isinstance(sent, FileStorage) and sent.filename:
            return read_document(sent.filename, sent.stream.read(MOST_BYTES + 1))
        if not (self.text.data or "").strip():
            raise BadInput((Finding("text", "请粘贴要检查的文字, 或者选择一个文件"),))
        try:
            return pasted(self.text.data)
        except BadInput as refusal:
            raise BadInput(tuple(Finding("text", found.zh) for found in refusal.findings)) from None


@dataclass(frozen=True)
class Shown:
    """A finding as the page tells it. ``excerpt``: its lines, with the words marked; "" for what is missing."""

    number: int
    placed: Placed
    tone: str
    excerpt: Markup


@room.get("/law/check")
def check() -> str:
    return _page(CheckForm(), None, clock().date())


@room.post("/law/check")
def checked() -> Response | str | tuple[str, int]:
    form, today = CheckForm(), clock().date()
    try:
        with reading_turn():
            found = check_document(form.asked(), law_at(today))
    except (BadInput, Crowded) as refusal:
        form.explain(refusal)
        return _page(form, None, today), refusal.status
    if request.form.get("as") == "pdf":
        return _printed(found, form, today)
    if request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json":
        return jsonify(_as_mapping(found))
    return _page(form, found, today)


def _printed(found: Checked, form: CheckForm, today: date) -> Response:
    """The findings as PDF, made for this answer alone: neither the draft nor the paper is kept."""
    sent = form.file.data
    name = sent.filename if isinstance(sent, FileStorage) and sent.filename else "粘贴的文字"
    facts = (
        ("检查的内容", f"{name}, {found.document.characters} 字"), ("项目类型", found.subject), ("按哪一日的规定", today.isoformat()),
    )  # fmt: skip
    with typesetting():
        content = make_pdf(check_paper(Question("条款体检", facts, today, ""), found))
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'条款体检-{today.isoformat()}.pdf')}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(form: CheckForm, found: Checked | None, today: date) -> str:
    told = [shown(n, each, found.document) for n, each in enumerate(found.findings, 1)] if found else []
    whole = _marked(found) if found is not None and found.document.characters <= _SHOWN_WHOLE else None
    return render_template(
        "lawdesk/check.html", form=form, found=found, shown=told, whole=whole, today=today, kinds=KINDS,
        severities=list(Severity), tones=TONES, most=MOST_BYTES // (1024 * 1024),
    )  # fmt: skip


def _as_mapping(found: Checked) -> dict[str, object]:
    """The same for machines."""
    return {
        "subject": found.subject,
        "characters": found.document.characters,
        "findings": [
            {
                "rule": each.finding.rule, "severity": each.finding.severity.value, "severity_zh": each.finding.severity.zh,
                "why": each.finding.why, "rewrite": each.finding.rewrite, "cites": each.finding.cites,
                "span": list(each.finding.span), "place": each.place, "text": each.text,
            }
            for each in found.findings
        ],
    }  # fmt: skip


# --- marking ----------------------------------------------------------------------------------------------------------


def shown(number: int, placed: Placed, document: Document) -> Shown:
    """A finding with its words marked in their line."""
    start, end = placed.finding.span
    if end <= start:
        return Shown(number, placed, TONES[placed.finding.severity], Markup(""))
    text = document.text
    first, last = document.line_at(start), document.line_at(end - 1)
    begins = max(document.starts[first], start - _AROUND)
    ends = min(document.starts[last] + len(document.lines[last].text), end + _AROUND)
    before = ("…" if begins > document.starts[first] else "") + text[begins:start]
    after = text[end:ends] + ("…" if ends < document.starts[last] + len(document.lines[last].text) else "")
    excerpt = Markup("{}<mark>{}</mark>{}").format(before, text[start:end], after)
    return Shown(number, placed, TONES[placed.finding.severity], excerpt)


def _marked(found: Checked) -> Markup:
    """The whole text; words that several findings share are marked once, and every finding leads to its mark."""
    text, made, at = found.document.text, [], 0
    spans: list[tuple[int, int, list[int]]] = []
    for number, each in enumerate(found.findings, 1):
        start, end = each.finding.span
        if end <= start:
            continue
        if spans and start < spans[-1][1]:
            first, last, numbers = spans[-1]
            spans[-1] = (first, max(last, end), [*numbers, number])
        else:
            spans.append((start, end, [number]))
    for start, end, numbers in spans:
        anchors = Markup("").join(Markup('<a class="mark-number" id="place-{0}" href="#finding-{0}">{0}</a>').format(n) for n in numbers)
        made.append(escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end]) + anchors)
        at = end
    return Markup("").join([*made, escape(text[at:])])

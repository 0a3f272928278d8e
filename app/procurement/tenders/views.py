"""Pages of the tender 采购项目: the buyer's list, the page with the line, drafting, publishing, terminating."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import Actor
from app.accounts.policy import Access, who_may
from app.accounts.trail import in_a_row
from app.procurement.tenders import queries, services
from app.procurement.tenders.dossier import GROUPS, dossier_of
from app.procurement.tenders.forms import (
    CorrectForm,
    DraftForm,
    PublishForm,
    RedraftForm,
    TerminateForm,
    at_half_past_nine,
)
from app.procurement.tenders.history import history_of
from app.procurement.tenders.line import current, line_of
from app.procurement.tenders.listing import TENDERS
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import BRANCHES
from app.procurement.tenders.tasks import ENDINGS
from app.procurement.tenders.timetable import earliest, timetable
from app.procurement.tenders.way import way_of
from app.procurement.tenders.wording import teach
from app.store import reading, unit_of_work
from app.web import navigation, outlook
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from kernel.refusal import BadInput, NotPermitted, Refusal, Stale, Unlawful, WrongStage
from kernel.role import Role
from law import law_at
from procurement.clauses.tender import tender_hints
from procurement.publication import document_findings
from procurement.stage import Stage
from procurement.tender import TENDER

room = Blueprint("tenders", __name__)
navigation.add("采购项目", "tenders.index", 10)
teach(room)

ACT_PAGES = {
    # (from, act) or act       page on which it is done
    (Stage.CLOSED, "fail"): "openings.show",
    (Stage.OPENED, "fail"): "qualifications.show",
    (Stage.COMMITTEE, "fail"): "scorings.ranking",
    (Stage.SCORED, "fail"): "scorings.ranking",
    "publish": "tenders.publish",
    "terminate": "tenders.terminate",
    "open": "openings.show",
    "qualify": "qualifications.show",
    "form_committee": "committees.show",
    "score": "scorings.show",
    "rank": "scorings.ranking",
    "award": "awards.show",
    "next_candidate": "awards.show",
    "sign_contract": "contracts.draw_up",
}
"""Where a step of the TENDER table is done; a button is shown when the page exists and the reader may open it."""

FILES = (
    ("公告", "disclosure.show", Stage.TENDERING),
    ("开标记录", "openings.show", Stage.OPENED),
    ("资格审查", "qualifications.show", Stage.OPENED),
    ("评审委员会", "committees.show", Stage.QUALIFIED),
    ("评审结果", "scorings.ranking", Stage.SCORED),
    ("中标", "awards.show", Stage.RANKED),
)
"""What else there is to read about a tender, from which stage on."""
_ORDER = list(Stage)

EXAMPLE = "demo/tender.yaml"
"""The case file that ships with the product: a real tender to start from."""


@dataclass(frozen=True)
class Button:
    """One act that the reader may take now; a grave one ends the tender, and is never the first thing offered."""

    zh: str
    url: str
    cites: str
    grave: bool = False


@room.get("/tenders")
def index() -> Response | str:
    actor, now, wanted = signed_in(), clock(), TENDERS.wanted(request.args)
    text, as_table = request.args.get("q", "")[:100].strip(), wanted.chosen or request.args.get("view") == "table"
    found = queries.tenders_for(reading(), actor, text=text, after=wanted.after, limit=wanted.limit(queries.PAGE))
    lines = [(each, queries.stage_now(each.stage, each.bids_close, now), line_of(each, now)) for each in found]
    if wanted.form:
        return TENDERS.file(wanted, lines, said=[("文字", text)] if text else [])
    page = TENDERS.page(wanted, lines, queries.PAGE, lambda row: row[0].ocid)
    may_draft = actor.role is Role.BUYER
    return render_template("procurement/tenders/index.html", page=page, as_table=as_table, q=text, may_draft=may_draft)


@room.get("/tenders/<ocid>")
def show(ocid: str) -> str:
    actor, now = signed_in(), clock()
    row, buyer = queries.tender_for(reading(), ocid, actor)
    tender, stage = row.facts(), queries.stage_now(row.stage, row.bids_close, now)
    line = line_of(row, now)
    law = law_at(row.documents_issued or now.date(), row.jurisdiction)
    items = dossier_of(reading(), row, actor, now)
    told = document_findings(tender, law) if stage is Stage.DRAFT else ()
    return render_template(
        "procurement/tenders/show.html", row=row, tender=tender, buyer=buyer, stage=stage, line=line, step=current(line),
        buttons=buttons(row, stage, actor), files=files(row, stage), now=now, branches=BRANCHES, ahead=ahead(stage),
        history=[(each, outlook.address(each)) for each in in_a_row(history_of(reading(), row, actor))],
        dates=timetable(row, law) if row.published_at else [],
        came=[(group, of_group) for group in GROUPS if (of_group := [item for item in items if item.group == group])],
        way=way_of(row, items, law, now.date()) if row.published_at else None,
        findings=told, hints=tender_hints(tender, law, told) if stage is Stage.DRAFT else (),
    )  # fmt: skip


@room.route("/tenders/new", methods=["GET", "POST"])
def new() -> Response | str | tuple[str, int]:
    form = DraftForm()
    example = current_app.extensions["settings"].root / EXAMPLE
    if request.args.get("example") and not form.is_submitted() and example.is_file():
        form.case_text.data = example.read_text("utf-8")
    if not form.is_submitted() or not form.read():
        return _page("new", form, example=example.is_file())
    try:
        with unit_of_work() as work:
            row = services.draft_tender(work, form.command(signed_in()), clock())
            return done(work, url_for(".show", ocid=row.ocid), "采购文件已保存为草稿。")
    except (BadInput, Stale) as refusal:
        form.explain(refusal)
        return _page("new", form, refused=True, example=example.is_file())


@room.route("/tenders/<ocid>/redraft", methods=["GET", "POST"])
def redraft(ocid: str) -> Response | str | tuple[str, int]:
    row = _own(ocid)
    form = RedraftForm(version=str(row.version))
    if not form.is_submitted() or not form.read():
        return _page("redraft", form, row=row)
    try:
        with unit_of_work() as work:
            services.redraft_tender(work, form.command(signed_in(), ocid), clock())
            return done(work, url_for(".show", ocid=ocid), "采购文件已替换。")
    except (BadInput, Stale, WrongStage) as refusal:
        form.explain(refusal)
        return _page("redraft", form, refused=True, row=row)


@room.route("/tenders/<ocid>/publish", methods=["GET", "POST"])
def publish(ocid: str) -> Response | str | tuple[str, int]:
    row, today = _own(ocid), clock().date()
    hints = {}
    form = PublishForm()
    try:
        first = earliest(law_at(today, row.jurisdiction), today)
    except Refusal as refusal:
        hints["bids_close"] = refusal.message
    else:
        hints["bids_close"] = f"今天发布的, 最早 {first.bids_close:%Y-%m-%d}（不少于二十日; 政府采购法 第三十五条）"
        hints["documents_until"] = f"今天发布的, 最早 {first.documents_until:%Y-%m-%d}（不少于五个工作日; 财政部令第87号 第十八条）"
        if not form.is_submitted():
            form.bids_close.data = at_half_past_nine(first.bids_close)
            form.documents_until.data = first.documents_until
    if not form.validate_on_submit():
        return _page("publish", form, row=row, hints=hints)
    try:
        with unit_of_work() as work:
            services.publish_tender(work, form.command(signed_in(), ocid), clock())
            return done(work, url_for(".show", ocid=ocid), "招标公告已发布, 任何人都可以查看。")
    except (Unlawful, WrongStage, Stale) as refusal:
        form.explain(refusal)
        return _page("publish", form, refused=True, row=row, hints=hints)


@room.route("/tenders/<ocid>/correct", methods=["GET", "POST"])
def correct(ocid: str) -> Response | str | tuple[str, int]:
    row, today = _own(ocid), clock().date()
    form, period = CorrectForm(), law_at(today, row.jurisdiction).period("clarification_before_deadline")
    if not form.is_submitted() and row.bids_close is not None:
        form.bids_close.data = row.bids_close.replace(tzinfo=None)
        form.documents_until.data = row.documents_until
        for name, text in row.notice.items():
            if name in form:
                form[name].data = text
    hint = f"可能影响投标文件编制的, 今天发布最早为 {law_at(today, row.jurisdiction).calendar.earliest(today, period)}（不少于{period}）; 不得提前"
    if not form.validate_on_submit():
        return _page("correct", form, row=row, hint=hint)
    try:
        with unit_of_work() as work:
            services.correct_tender(work, form.command(signed_in(), ocid), clock())
            return done(work, url_for(".show", ocid=ocid), "更正公告已发布, 已经投标的供应商将收到通知。")
    except (Unlawful, WrongStage, Stale) as refusal:
        form.explain(refusal)
        return _page("correct", form, refused=True, row=row, hint=hint)


@room.route("/tenders/<ocid>/terminate", methods=["GET", "POST"])
def terminate(ocid: str) -> Response | str | tuple[str, int]:
    row, form = _own(ocid), TerminateForm()
    if not form.validate_on_submit():
        return _page("terminate", form, row=row)
    try:
        with unit_of_work() as work:
            services.terminate_tender(work, form.command(signed_in(), ocid), clock())
            return done(work, url_for(".show", ocid=ocid), "采购已终止, 终止公告已发布。")
    except (Unlawful, WrongStage, Stale) as refusal:
        form.explain(refusal)
        return _page("terminate", form, refused=True, row=row)


def buttons(row: TenderRow, stage: Stage, actor: Actor) -> list[Button]:
    """What ``actor`` may do now, drawn from the TENDER table; for a supplier, its own bid."""
    found = []
    if actor.role is Role.SUPPLIER and stage is Stage.TENDERING and "bids.show" in current_app.view_functions:
        found.append(Button("递交、查看投标文件", url_for("bids.show", ocid=row.ocid), "财政部令第87号 第三十三条"))
    if actor.role is Role.BUYER and not actor.buys_for(row.buyer_id):
        return found
    if actor.role is Role.BUYER and stage is Stage.TENDERING:
        found.append(Button("发布更正公告", url_for("tenders.correct", ocid=row.ocid), "财政部令第87号 第二十七条"))
    seen = set()
    for step in TENDER.steps_from(stage, actor.role):
        endpoint = ACT_PAGES.get((stage, step.act)) or ACT_PAGES.get(step.act, "")
        if endpoint in current_app.view_functions and endpoint not in seen and _may(endpoint, actor):
            seen.add(endpoint)
            found.append(Button(step.zh, url_for(endpoint, ocid=row.ocid), step.cites, step.act in ("terminate", "fail", "next_candidate")))
    return sorted(found, key=lambda button: button.grave)


@dataclass(frozen=True)
class Ahead:
    """A step that may follow, who takes it, and by which article."""

    zh: str
    who: str
    cites: str


def ahead(stage: Stage) -> list[Ahead]:
    """What comes next, from the TENDER table: the steps out of this stage, then the usual way to the contract."""
    found, seen = [], set()
    while not stage.is_final and stage not in seen:
        seen.add(stage)
        steps = TENDER.steps_from(stage)
        found += [Ahead(step.zh, "、".join(role.zh for role in step.roles), step.cites) for step in steps if step.act not in ENDINGS]
        stage = next((step.target for step in steps if step.act not in ENDINGS), Stage.CONTRACTED)
    return found


def files(row: TenderRow, stage: Stage) -> list[tuple[str, str]]:
    """The other pages of this tender that exist and that the reader may open.

    The opening record is for bidders, not for every supplier: their way to it leads from their own bid.
    """
    actor = signed_in()
    return [
        (zh, url_for(endpoint, ocid=row.ocid))
        for zh, endpoint, since in FILES
        if endpoint in current_app.view_functions
        and _ORDER.index(stage) >= _ORDER.index(since)
        and (not stage.is_final or stage is Stage.CONTRACTED or since is Stage.TENDERING)
        and _may(endpoint, actor)
        and not (actor.role is Role.SUPPLIER and endpoint == "openings.show")
    ]


def _may(endpoint: str, actor: Actor) -> bool:
    who = who_may(endpoint)
    return isinstance(who, Access) or (who is not None and actor.role in who)


def _own(ocid: str) -> TenderRow:
    """The tender for a page that acts on it: its own buyer's only."""
    actor = signed_in()
    row, _ = queries.tender_for(reading(), ocid, actor)
    if row.buyer_id != actor.organisation_id:
        raise NotPermitted("只能办理本单位的采购项目")
    return row


def _page(name: str, form: object, *, refused: bool = False, **more: object) -> tuple[str, int] | str:
    status = 422 if refused or request.method == "POST" else 200
    return render_template(f"procurement/tenders/{name}.html", form=form, **more), status

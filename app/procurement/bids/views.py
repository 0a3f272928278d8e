"""Pages of the bid 投标: fill in and submit, see the own bid and its receipt, replace, withdraw. For its supplier only."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.drafts.form import PUT_AWAY, Draft, Drafted
from app.drafts.services import Overtaken
from app.files import file_store
from app.files.download import as_download
from app.files.gate import Limits
from app.files.models import FileRow
from app.files.queries import files_of
from app.files.services import store_uploads
from app.procurement.bids import queries, services
from app.procurement.bids.attachments import BID, DRAFT, Folder, attachments_of, by_place
from app.procurement.bids.declaration import shown_value
from app.procurement.bids.forms import CONTACT, BidForm, WithdrawForm
from app.procurement.bids.models import SUBMITTED, BidRow
from app.procurement.suppliers.models import SupplierRow
from app.procurement.suppliers.queries import own_file
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.queries import stage_now, tender_for
from app.store import idempotency, reading, unit_of_work
from app.web.arriving import takes_files
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done, repeatable
from kernel.refusal import BadInput, Finding, Missing, Unlawful, WrongStage
from procurement.bid import receipt_of
from procurement.documents import Tender
from procurement.stage import Stage

room = Blueprint("bids", __name__)

WORDS = {"submitted": "有效", "replaced": "已被替换", "withdrawn": "已撤回"}


@room.get("/tenders/<ocid>/bid")
def show(ocid: str) -> str | AnyResponse:
    """The own bid; without one, the form while bids are taken."""
    row, supplier, mine = _mine(ocid)
    open_now = _open(row)
    if supplier is None or (not mine and not open_now):
        return render_template("procurement/bids/none.html", row=row, supplier=supplier, open_now=open_now)
    live = next((bid for bid in mine if bid.status == SUBMITTED), None)
    if live is None and open_now:
        draft = _draft(row, mine).found(url_for(".draft", ocid=ocid), request.form)
        return _form(row, BidForm(row.facts(), _folder(row, supplier), draft=draft.typed), mine=mine, draft=draft)[0]
    return render_template(
        "procurement/bids/show.html", row=row, live=live, mine=mine, open_now=open_now, words=WORDS, contact=CONTACT,
        withdraw=WithdrawForm(), **_content(row.facts(), live or mine[0], supplier),
    )  # fmt: skip


@room.post("/tenders/<ocid>/bid")
@takes_files
def submit(ocid: str) -> AnyResponse | tuple[str, int]:
    return _hand_in(ocid, replaces=False)


@room.get("/tenders/<ocid>/bid/replace")
def revise(ocid: str) -> str | AnyResponse:
    row, supplier, mine = _mine(ocid)
    live = next((bid for bid in mine if bid.status == SUBMITTED), None)
    if live is None or not _open(row):
        return redirect(url_for(".show", ocid=ocid))
    draft = _draft(row, mine).found(url_for(".draft", ocid=ocid), request.form)
    form = BidForm(row.facts(), _folder(row, supplier, live), live, draft.typed)
    return _form(row, form, replaces=True, draft=draft)[0]


@room.post("/tenders/<ocid>/bid/replace")
@takes_files
def replace(ocid: str) -> AnyResponse | tuple[str, int]:
    return _hand_in(ocid, replaces=True)


@room.post("/tenders/<ocid>/bid/draft")
@repeatable
def draft(ocid: str) -> AnyResponse:
    """Keep what was typed into the form, or put it away: for its author alone, and no word of it anywhere."""
    row, supplier, mine = _mine(ocid)
    kept = _draft(row, mine)
    if PUT_AWAY in request.form:
        kept.put_away()
        replaces = any(bid.status == SUBMITTED for bid in mine)
        return redirect(url_for(".revise" if replaces else ".show", ocid=ocid), 303)
    if supplier is None or not _open(row):
        raise WrongStage("本项目现在不接收投标文件")
    return kept.saved(request.form)


@room.post("/tenders/<ocid>/bid/withdraw")
def withdraw(ocid: str) -> AnyResponse:
    with unit_of_work() as work:
        services.withdraw_bid(work, services.WithdrawBid(signed_in(), ocid), clock())
        return done(work, url_for("tenders.show", ocid=ocid), "投标文件已撤回。截止时间前可以重新递交。")


@room.get("/tenders/<ocid>/bid/receipts/<hash>")
def receipt(ocid: str, hash: str) -> str:
    row, supplier, mine = _mine(ocid)
    bid = _of_receipt(mine, hash)
    return render_template(
        "procurement/bids/receipt.html", row=row, bid=bid, supplier=supplier, words=WORDS,
        intact=receipt_of(bid.value()).hash == bid.receipt_hash, attachments=attachments_of(bid.id, bid.documents),
    )  # fmt: skip


@room.get("/tenders/<ocid>/bid/receipts/<hash>.json")
def receipt_text(ocid: str, hash: str) -> Response:
    """Exactly the bytes that were hashed, to be hashed again by anybody who holds them."""
    bid = _of_receipt(_mine(ocid)[2], hash)
    answer = Response(receipt_of(bid.value()).text.encode(), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{ocid}-{hash[:12]}.json"'
    return answer


@room.get("/tenders/<ocid>/bid/files/<int:file_id>")
def file(ocid: str, file_id: int) -> Response:
    """An own attachment, handed in or not. For everybody else there is none, before and after the opening."""
    row, supplier, mine = _mine(ocid)
    subjects = [(DRAFT, row.ocid), *((BID, str(bid.id)) for bid in mine)]
    found = [each for each in _files_of(supplier, *subjects) if each.id == file_id]
    if not found:
        raise Missing("没有这个附件")
    return as_download(found[0].sha256, found[0].name, found[0].kind)


def _hand_in(ocid: str, *, replaces: bool) -> AnyResponse | tuple[str, int]:
    """Read the form whole, warn once of what the review will find, then hand in. Whatever is refused, nothing is lost."""
    actor, now = signed_in(), clock()
    row, supplier, mine = _mine(ocid)
    live = next((bid for bid in mine if bid.status == SUBMITTED), None) if replaces else None
    form = BidForm(row.facts(), _folder(row, supplier, live))
    kept = _keep_files(row, supplier, form)
    if "only_files" in request.form:
        form.keep_typed(request.form)
        return _form(row, form, replaces=replaces, mine=mine, status=422 if form.folder.refused else 200)
    sound = form.read() and kept
    warnings = services.warnings_of(form.tender, *form.quoted(), form.missing_statements) if form.quoted() != (None, None) else ()
    if not sound or (warnings and not form.aware.data and _open(row)):
        return _form(row, form, warnings, replaces=replaces, mine=mine, status=422)
    try:
        with unit_of_work() as work:
            _draft(row, mine).closed(work, request.form)
            command = form.command(actor, ocid, replaces)
            act = services.replace_bid if replaces else services.submit_bid
            made = act(work, command, now)  # type: ignore[operator]
            word = "投标文件已替换" if replaces else "投标文件已接收"
            return done(work, url_for(".receipt", ocid=ocid, hash=made.hash), f"{word}, 请保存回执。")
    except (BadInput, Unlawful, WrongStage, Overtaken) as refusal:
        form.explain(refusal)
        return _form(row, form, warnings, replaces=replaces, mine=mine, status=refusal.status)


def _mine(ocid: str) -> tuple[TenderRow, SupplierRow | None, list[BidRow]]:
    """The tender, the own supplier file, and the own bids: what this supplier may know, and nothing of others."""
    actor = signed_in()
    row, _ = tender_for(reading(), ocid, actor)
    supplier = own_file(reading(), actor.organisation_id)
    return row, supplier, queries.own_bids(reading(), ocid, supplier.id) if supplier else []


def _draft(row: TenderRow, mine: list[BidRow]) -> Draft:
    live = next((bid for bid in mine if bid.status == SUBMITTED), None)
    return Draft(signed_in(), "bid", row.ocid, live.receipt_hash if live is not None else "")


def _keep_files(row: TenderRow, supplier: SupplierRow | None, form: BidForm) -> bool:
    """Keep what was uploaded, in a transaction of its own: it stays, whatever becomes of the rest of the form."""
    uploads = form.folder.receive(request.files) if supplier is not None and _open(row) else ()
    if not uploads:
        return True
    try:
        stored = store_uploads(file_store(), uploads)
        with idempotency.set_aside(), unit_of_work() as work:
            kept = services.keep_attachments(work, services.KeepAttachments(signed_in(), row.ocid, stored), clock())
    except (BadInput, Unlawful) as refusal:
        form.explain(refusal)
        return False
    for each in kept:
        form.folder.add(each)
    return True


def _folder(row: TenderRow, supplier: SupplierRow | None, live: BidRow | None = None) -> Folder:
    """The attachments on the form: those of the bid that is being replaced, and those that wait to be handed in."""
    settings = current_app.extensions["settings"]
    subjects = [*([(BID, str(live.id))] if live is not None else []), (DRAFT, row.ocid)]
    ticked = request.form.getlist("kept") if request.method == "POST" else None
    limits = Limits(settings.file_limit, settings.file_count)
    return Folder(row.facts(), _files_of(supplier, *subjects), limits, ticked)


def _files_of(supplier: SupplierRow | None, *subjects: tuple[str, str]) -> list[FileRow]:
    return files_of(reading(), supplier.organisation_id, subjects) if supplier is not None else []


def _of_receipt(mine: list[BidRow], hash: str) -> BidRow:
    bid = next((bid for bid in mine if bid.receipt_hash == hash), None)
    if bid is None:
        raise Missing("没有这份回执")
    return bid


def _open(row: TenderRow) -> bool:
    return stage_now(row.stage, row.bids_close, clock()) is Stage.TENDERING


def _content(tender: Tender, bid: BidRow, supplier: SupplierRow) -> dict[str, object]:
    """What a bid says, as a page shows it: declared values and proofs by criterion, statements, attachments."""
    rows = []
    for leaf in tender.rubric.leaves() if tender.rubric is not None else ():
        declared = [(p, shown_value(p, bid.facts[p.id])) for p in leaf.parts if p.objective and p.id in bid.facts]
        undeclared = sum(p.objective and p.id not in bid.facts for p in leaf.parts)
        rows.append((leaf, declared, undeclared, bid.documents.get("proofs", {}).get(leaf.id, "")))
    held = set(bid.documents.get("statements", ()))
    statements = [(c, c.number in held) for c in tender.qualification]
    files = by_place(_files_of(supplier, (BID, str(bid.id))), tender.rubric)
    return {"bid": bid, "rows": rows, "statements": statements, "files": files}


def _form(
    row: TenderRow, form: BidForm, warnings: tuple[Finding, ...] = (), *, replaces: bool = False,
    mine: list[BidRow] | None = None, status: int = 200, draft: Drafted | None = None,
) -> tuple[str, int]:  # fmt: skip
    if draft is None and _open(row):  # a form that came back, with what was typed in it
        draft = _draft(row, mine or []).found(url_for(".draft", ocid=row.ocid), request.form)
    action = url_for(".replace" if replaces else ".submit", ocid=row.ocid)
    page = render_template(
        "procurement/bids/form.html", row=row, form=form, action=action, warnings=warnings, replaces=replaces,
        open_now=_open(row), former=mine or [], words=WORDS,
        draft=draft, restored=request.method == "GET",
    )  # fmt: skip
    return page, status

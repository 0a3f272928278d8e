"""Every page of the product, each with somebody who may see it and a moment at which it has something to show.

A new route with a page needs a line here (tests/browser/test_pages.py says so): the endpoint, who comes, when, and what the
variables of its address are. The same endpoint may come several times, in other states. ``lights``: the page is also looked at
in the dark and with more contrast: one of each kind. ``deep``: only in ``make test-deep``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from demo import calendar
from demo.procurement_story import OCID
from tests.browser.towns import Town
from tests.builders import story
from tests.builders.evaluation_story import BEGUN, SIGNED, at
from tests.law.test_entry import HOLIDAYS, MAKE_UP

Who = Callable[[Town], Any]
Values = Callable[[Town], Mapping[str, Any]]

NO_PAGE = {
    "static": "files of the site itself", "bootstrap.static": "files of Bootstrap", "health.show": "JSON for a watchdog",
    "disclosure.suggest": "JSON for the search box",
    **dict.fromkeys(
        ("lawdesk.method_json", "lawdesk.committee_json", "lawdesk.scoring_json", "lawdesk.term_json", "lawdesk.timetable_json",
         "lawdesk.challenge_json", "lawdesk.rules_json"), "JSON of the page of the same name",
    ),
    "bids.file": "download of an attachment", "bids.receipt_text": "JSON to be kept and checked",
    "committees.attachment": "download of an attachment", "scorings.case": "YAML download",
    **dict.fromkeys((f"jobs.law_{each}" for each in ("method", "timetable", "committee", "scoring", "term", "challenge")), "PDF"),
    "jobs.bid_report": "PDF", "jobs.bid_scores": "workbook", "jobs.evaluation_report": "PDF", "jobs.evaluation_scores": "workbook",
    "messages.feed": "calendar feed", "disclosure.notices_csv": "CSV", "disclosure.notices_xlsx": "workbook",
    "disclosure.notices_atom": "feed", "disclosure.notices_rss": "feed", "disclosure.sitemap": "XML for search engines",
    "disclosure.sitemap_part": "XML for search engines", "disclosure.robots": "text for robots",
}  # fmt: skip
"""What answers a GET and is no page, and what it is."""


@dataclass(frozen=True)
class Visit:
    """One page in one state, seen by ``who`` (None: nobody is signed in) at a moment.

    status  what the server answers; press: the name of a button whose answer is looked at instead; typed: what is filled in
            before, by the name of the field
    """

    endpoint: str
    town: str
    who: Who
    at: datetime
    values: Values
    state: str = ""
    query: str = ""
    lights: bool = False
    deep: bool = False
    status: int = 200
    press: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.endpoint} {self.state}".strip()


# --- the town where tenders stand at every stage ------------------------------------------------------------------------

DURING = story.at("2025-02-28", "10:00")
AFTER = story.at("2025-03-24")


def of(stage: str, role: str) -> Who:
    """The person of this role in the tender that has come to ``stage``; several: the first."""

    def find(town: Town) -> Any:
        held = getattr(town.tenders[stage], role)
        return held[0] if isinstance(held, list) else held

    return find


def a_tender(endpoint: str, stage: str, role: str | Who, moment: datetime, more: Values = lambda town: {}, **but: Any) -> Visit:
    """A page of the tender that has come to ``stage``, seen by the person of this role in it, or by whoever is named."""

    def values(town: Town) -> Mapping[str, Any]:
        ocid = "cp-2025-0100" if stage == "draft" else town.tenders[stage].ocid
        return {"ocid": ocid, **more(town)}

    who = (lambda town: town.people["buyer"]) if stage == "draft" else of(stage, role) if isinstance(role, str) else role
    return Visit(endpoint, "procuring", who, moment, values, **{"state": stage, **but})


def person(login: str) -> Who:
    return lambda town: town.people[login]


def nobody(town: Town) -> None:
    return None


def _own(stage: str) -> Values:
    return lambda town: {
        "hash": town.one(
            "SELECT b.receipt_hash FROM bids b JOIN suppliers s ON s.id = b.supplier_id WHERE b.ocid = :o AND s.organisation_id = :s",
            o=town.tenders[stage].ocid, s=town.tenders[stage].suppliers[0].organisation_id,
        )
    }  # fmt: skip


def _bid(stage: str) -> Values:
    return lambda town: {"bid_id": town.tenders[stage].bids[0]}


def _file(stage: str) -> Values:
    return lambda town: {
        "supplier_id": town.one(
            "SELECT id FROM suppliers WHERE organisation_id = :o", o=town.tenders[stage].suppliers[0].organisation_id
        )
    }


def _notice(town: Town) -> Mapping[str, Any]:
    return {"number": town.one("SELECT min(id) FROM notices WHERE ocid = :o", o=town.tenders["contracted"].ocid)}


def _contract(stage: str, **more: Any) -> Values:
    return lambda town: {"contract_id": town.tenders[stage].contract_id, **more}


def plain(endpoint: str, who: Who, moment: datetime, values: Values = lambda town: {}, town: str = "procuring", **but: Any) -> Visit:
    return Visit(endpoint, town, who, moment, values, **but)


PROCURING = (
    plain("tenders.new", person("buyer"), story.DRAFTED),
    plain("tenders.new", person("buyer"), story.DRAFTED, state="refused", press="保存草稿"),
    plain("tenders.index", of("bidding", "finance"), AFTER, lights=True),
    a_tender("tenders.show", "draft", "buyer", story.PUBLISHED),
    a_tender("tenders.redraft", "draft", "buyer", story.PUBLISHED),
    a_tender("tenders.publish", "draft", "buyer", story.PUBLISHED, lights=True),
    a_tender("tenders.publish", "draft", "buyer", story.PUBLISHED, state="refused", press="发布公告"),
    a_tender("tenders.show", "bidding", "suppliers", DURING, deep=True),
    a_tender("tenders.show", "contracted", "buyer", AFTER, lights=True),
    a_tender("tenders.terminate", "bidding", "buyer", DURING),
    a_tender("tenders.correct", "bidding", "buyer", DURING),
    plain("suppliers.new", person("newcomer"), story.PUBLISHED),
    plain("suppliers.mine", person("newcomer"), story.PUBLISHED, state="leads to a new file", deep=True),
    plain("suppliers.mine", person("agency"), story.PUBLISHED),
    plain("suppliers.index", of("bidding", "buyer"), AFTER),
    a_tender("suppliers.show", "opened", "buyer", story.CLOSE, _file("opened")),
    a_tender("suppliers.edit", "bidding", "suppliers", DURING, _file("bidding")),
    a_tender("bids.show", "bidding", person("agency"), DURING, state="new", lights=True),
    a_tender("bids.show", "bidding", person("agency"), DURING, state="refused", press="递交投标文件"),
    a_tender("bids.show", "bidding", "suppliers", DURING, state="handed in"),
    a_tender("bids.revise", "bidding", "suppliers", DURING),
    a_tender("bids.receipt", "bidding", "suppliers", DURING, _own("bidding"), lights=True),
    a_tender("openings.show", "bidding", "buyer", story.CLOSE, state="at the door"),
    a_tender("openings.show", "opened", "buyer", story.CLOSE, lights=True),
    a_tender("qualifications.show", "opened", "buyer", story.QUALIFIED),
    a_tender("qualifications.show", "qualified", "overseer", story.DRAWN, deep=True),
    a_tender("committees.show", "qualified", "buyer", story.DRAWN, state="to be drawn"),
    a_tender("committees.show", "drawn", "buyer", story.DECLARED, deep=True),
    a_tender("committees.declare", "drawn", "members", story.DECLARED),
    plain("committees.seats", of("drawn", "members"), story.DECLARED),
    a_tender("committees.conformity", "formed", "members", story.CONFORMITY),
    a_tender("scorings.show", "scoring", "members", story.SCORED),
    a_tender("scorings.sheet", "scoring", "members", story.SCORED, _bid("scoring"), lights=True),
    a_tender("scorings.sheet", "scored", "members", story.RANKED, _bid("scored"), deep=True),
    a_tender("scorings.ranking", "scored", "members", story.RANKED, lights=True),
    a_tender("scorings.ranking", "ranked", "overseer", story.DECIDED, deep=True),
    a_tender("awards.show", "ranked", "buyer", story.DECIDED, state="to be decided"),
    a_tender("awards.show", "decided", "buyer", story.ANNOUNCED, state="to be announced", deep=True),
    a_tender("awards.show", "awarded", "suppliers", AFTER, state="own points"),
    a_tender("awards.letter", "awarded", "suppliers", AFTER, lights=True),
    a_tender("contracts.draw_up", "awarded", "buyer", story.DRAWN_UP),
    a_tender("contracts.draw_up", "drawn up", "buyer", story.SIGNED, state="to be signed", deep=True),
    a_tender("handoffs.entrust_applicant", "drawn up", "buyer", story.DRAWN_UP, _file("drawn up")),
    Visit("contracts.terminate", "procuring", of("contracted", "buyer"), AFTER, _contract("contracted")),
    Visit("handoffs.entrust_year", "procuring", of("contracted", "buyer"), AFTER, _contract("contracted", year=1)),
    plain("workbench.show", of("opened", "buyer"), story.QUALIFIED, lights=True),
    plain("workbench.show", person("agency"), DURING, state="supplier"),
    plain("workbench.show", of("scoring", "members"), story.SCORED, state="expert", deep=True),
    plain("disclosure.index", nobody, DURING, lights=True),
    plain("disclosure.notices", nobody, AFTER, lights=True),
    plain("disclosure.notices", nobody, AFTER, state="searched", query="q=精神卫生"),
    plain("disclosure.notices", nobody, AFTER, state="nothing found", query="q=没有这样的事"),
    a_tender("disclosure.show", "contracted", nobody, AFTER),
    a_tender("disclosure.show", "contracted", nobody, AFTER, state="as of a past day", query="as_of=2025-02-20", deep=True),
    a_tender("disclosure.notice", "contracted", nobody, AFTER, _notice),
    plain("disclosure.offered", nobody, AFTER),
    plain("disclosure.save_search", nobody, AFTER, query="q=精神卫生"),
    plain("disclosure.save_search", person("buyer"), AFTER, query="q=精神卫生", state="signed in", deep=True),
    plain("disclosure.search_asked", nobody, AFTER),
    plain("disclosure.confirm_search", nobody, story.SIGNED, lambda town: {"secret": town.secrets["waiting"]}),
    plain("disclosure.end_search", nobody, AFTER, lambda town: {"secret": town.secrets["confirmed"]}),
    plain("disclosure.saved_searches", person("buyer"), AFTER),
    plain("accounts.sign_in", nobody, AFTER, lights=True),
    plain("accounts.sign_in", nobody, AFTER, state="refused", press="登录"),
    plain("tenders.show", of("bidding", "buyer"), AFTER, lambda town: {"ocid": "cp-1999-0001"}, state="not found", status=404),
    plain("people.index", of("bidding", "buyer"), AFTER, state="not permitted", status=403),
)

# --- the town where the demonstration has come to its end ---------------------------------------------------------------


def an_evaluation(endpoint: str, done: str, role: str, moment: datetime, *names: str, **but: Any) -> Visit:
    """A page of the evaluation in which ``done`` was done last. ``names``: the variables of its address."""

    def values(town: Town) -> Mapping[str, Any]:
        told = town.evaluations[done]
        known = {
            "scheme_id": told.scheme_id, "subject_id": told.subject_id, "rubric_id": told.rubric_id, "result_id": told.result_id,
            "assignment_id": told.assignment_ids[0] if told.assignment_ids else 0,
        }  # fmt: skip
        return {name: known[name] for name in names}

    def who(town: Town) -> Any:
        held = getattr(town.evaluations[done], role)
        return held[0] if isinstance(held, list) else held

    return Visit(endpoint, "evaluating", who, moment, values, **{"state": done, **but})


def here(endpoint: str, login: str, values: Values = lambda town: {}, **but: Any) -> Visit:
    """A page of the demonstration city at its end; ``login`` "": nobody is signed in."""
    return Visit(endpoint, "evaluating", person(login) if login else nobody, but.pop("moment", calendar.END), values, **but)


def _result(kind: str) -> Values:
    return lambda town: {
        "result_id": town.one(
            "SELECT r.id FROM evaluation_results r JOIN evaluation_schemes s ON s.id = r.scheme_id"
            " JOIN evaluation_subjects j ON j.id = s.subject_id WHERE s.kind = :kind AND j.supplier_id = :of",
            kind=kind, of=town.site.city.organisations["D"],
        )
    }  # fmt: skip


def _mending(town: Town) -> Mapping[str, Any]:
    return {
        "result_id": town.one("SELECT min(result_id) FROM evaluation_rectifications"),
        "rectification_id": town.one("SELECT min(id) FROM evaluation_rectifications"),
    }


def _objection(town: Town) -> Mapping[str, Any]:
    id = town.evaluations["objected"].result_id
    return {"result_id": id, "objection_id": town.one("SELECT id FROM evaluation_objections WHERE result_id = :r", r=id)}


def _agency(town: Town) -> Mapping[str, Any]:
    return {"uscc": town.one("SELECT uscc FROM suppliers WHERE organisation_id = :o", o=town.site.city.organisations["D"])}


def _office(town: Town) -> Mapping[str, Any]:
    person_id = town.site.city.of("expert1").person_id
    return {"appointment_id": town.one("SELECT min(id) FROM appointments WHERE person_id = :p", p=person_id)}


def _an_entry(state: str) -> Values:
    return lambda town: {"entry_id": town.one("SELECT min(id) FROM law_entries WHERE state = :s", s=state)}


A_YEAR = {
    "year": "2027", "holidays": HOLIDAYS, "make_up": MAKE_UP, "title": "国务院办公厅关于2027年部分节假日安排的通知",
    "number": "国办发明电〔2026〕9号", "issuer": "国务院办公厅", "issued": "2026-11-20", "url": "https://www.gov.cn/zhengce/2027.htm",
}  # fmt: skip

EVALUATING = (
    here("rubrics.index", "mingjian"),
    here("rubrics.library_show", "mingjian", lambda town: {"code": "appraisal-agency"}),
    here("rubrics.new", "mingjian"),
    here("rubrics.new", "mingjian", query="example=1", state="example", deep=True),
    an_evaluation("rubrics.show", "drafted", "body", at(SIGNED), "rubric_id"),
    here("schemes.index", "mingjian"),
    an_evaluation("schemes.new", "entrusted", "body", at(date(2026, 1, 5), 11), "subject_id"),
    an_evaluation("schemes.redraft", "drafted", "body", at(date(2026, 1, 6)), "scheme_id"),
    an_evaluation("schemes.show", "drafted", "second_buyer", at(date(2026, 1, 6)), "scheme_id"),
    an_evaluation("schemes.show", "signed", "body", at(SIGNED, 12), "scheme_id", deep=True),
    an_evaluation("schemes.abandon", "drafted", "body", at(date(2026, 1, 6)), "scheme_id"),
    here("assignments.index", "evaluator1"),
    an_evaluation("assignments.show", "assigned", "body", at(date(2026, 1, 8)), "scheme_id"),
    an_evaluation("assignments.recuse", "assigned", "body", at(date(2026, 1, 8)), "scheme_id", "assignment_id"),
    an_evaluation("sheets.declaration", "assigned", "evaluators", at(date(2026, 1, 8)), "assignment_id"),
    an_evaluation("sheets.show", "begun", "evaluators", at(BEGUN, 12), "assignment_id", query="leaf=C1", lights=True),
    an_evaluation("sheets.show", "begun", "evaluators", at(BEGUN, 12), "assignment_id", query="leaf=G2", state="two parts", deep=True),
    an_evaluation("sheets.sign", "marked", "evaluators", at(BEGUN, 16), "assignment_id"),
    an_evaluation("sheets.side_by_side", "signed", "body", at(SIGNED, 12), "scheme_id", lights=True),
    here("results.index", ""),
    here("results.show", "", _result("final"), lights=True),
    here("results.show", "mingjian", _result("midterm"), state="led by the body", deep=True),
    an_evaluation("results.show", "computed", "body", at(date(2026, 1, 27)), "result_id"),
    an_evaluation("results.of_scheme", "published", "agency", at(date(2026, 2, 4)), "scheme_id"),
    an_evaluation("results.state", "computed", "agency", at(date(2026, 1, 27)), "result_id"),
    an_evaluation("results.order", "computed", "body", at(date(2026, 1, 27)), "result_id"),
    an_evaluation("results.order", "computed", "body", at(date(2026, 1, 27)), "result_id", state="refused", press="提出", deep=True),
    an_evaluation("results.object_to", "published", "agency", at(date(2026, 2, 4)), "result_id"),
    Visit("results.answer", "evaluating", lambda town: town.evaluations["objected"].body, at(date(2026, 2, 5)), _objection),
    here("results.mend", "datong", _mending),
    here("contracts.index", "buyer"),
    here("contracts.show", "buyer", lambda town: {"contract_id": 1}, lights=True),
    here("contracts.show", "buyer", lambda town: {"contract_id": 1}, moment=story.at("2026-01-20"), state="before renewal", deep=True),
    here("tenders.show", "datong", lambda town: {"ocid": OCID}, state="supplier", deep=True),
    here("tenders.show", "finance", lambda town: {"ocid": OCID}, state="finance"),
    here("scorings.ranking", "overseer", lambda town: {"ocid": OCID}, state="names of the city", deep=True),
    here("disclosure.index", "", state="city", deep=True),
    here("disclosure.show", "", lambda town: {"ocid": OCID}, state="city", lights=True),
    here("disclosure.agencies", ""),
    here("disclosure.agency", "", _agency),
    here("workbench.show", "evaluator1", state="evaluator", deep=True),
    here("workbench.show", "system", state="administrator", deep=True),
    here("accounts.choose_role", "buyer"),
    here("accounts.sessions", "buyer"),
    here("delegations.index", "buyer"),
    here("people.index", "system"),
    here("people.colleagues", "buyer"),
    here("people.show", "system", _office),
    here("jobs.index", "system", lights=True),
    here("messages.index", "buyer", lights=True),
    here("messages.settings", "buyer"),
    here("lawdesk.entries", ""),
    here("lawdesk.entries", "system", state="proposed ones too", deep=True),
    here("lawdesk.entry", "finance", _an_entry("proposed"), state="a year to be approved", lights=True),
    here("lawdesk.entry", "finance", _an_entry("proposed"), state="not said whether it was read", press="批准", deep=True),
    here("lawdesk.entry", "", _an_entry("approved"), state="a threshold"),
    here("lawdesk.propose", "system", lambda town: {"kind": "year"}),
    here("lawdesk.propose", "system", lambda town: {"kind": "year"}, state="refused", press="核对", deep=True),
    here("lawdesk.propose", "system", lambda town: {"kind": "year"}, state="looked at", press="核对", typed=A_YEAR),
    here("lawdesk.propose", "system", lambda town: {"kind": "threshold"}, state="threshold", deep=True),
    here("lawdesk.propose", "system", lambda town: {"kind": "value"}, state="value"),
    here("help.glossary", ""),
    here("help.tour", "buyer"),
    here("design.show", "", lights=True),
)  # fmt: skip

# --- the law desk: no town of its own is needed ----------------------------------------------------------------------------


def a_desk(name: str, answered: str, **but: Any) -> tuple[Visit, Visit]:
    """A page of the law desk before it is asked, and with an answer to ``answered``."""
    return (
        plain(f"lawdesk.{name}", nobody, AFTER, state="asked nothing", deep=True, **but),
        plain(f"lawdesk.{name}", nobody, AFTER, query=answered, **but),
    )


LAW = (
    plain("lawdesk.index", nobody, AFTER),
    *a_desk("method", "object=services&amount=1500000&region=410100&date=2026-09-01&earlier=2026-03-01+600000+竞争性磋商", lights=True),
    *a_desk("timetable", "method=open_tendering&issued=2026-09-24&region=410100"),
    *a_desk("committee", "method=open_tendering&budget=10000000&members=张三+专家+某大学%0A李四+采购人代表+组长&date=2026-09-01&dropout=during"),
    *a_desk("scoring", "method=consultation&items=价格+35%0A服务方案+65&prices=300000%0A800000&ceiling=1000000&date=2026-09-01"),
    *a_desk("term", "years=3&grounds=budget_secured&amount=1000000&supplements=110000&notice=2026-09-04&date=2026-09-01"),
    *a_desk("challenge", "event=result_notice&published=2026-11-20"),
    plain("lawdesk.rules", nobody, AFTER),
    plain("lawdesk.rule", nobody, AFTER, lambda town: {"id": "46-9"}),
    plain("lawdesk.check", nobody, AFTER),
    plain("lawdesk.scoring_file", nobody, AFTER),
    plain(
        "lawdesk.check", nobody, AFTER, state="findings", press="开始体检", deep=True,
        typed={"text": "一、评分\n投标人获得市级以上表彰的，每项得2分。"},
    ),
)  # fmt: skip

VISITS = PROCURING + LAW + EVALUATING

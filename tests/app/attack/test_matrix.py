"""Every route, every role, the wrong organisation: refused or empty, never an error of ours, never somebody else's data."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import text

from kernel.period import SHANGHAI
from kernel.role import Role

LATER = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)

OF_ALL = {
    "static", "bootstrap.static", "health.show", "accounts.sign_in", "disclosure.index", "disclosure.notices", "disclosure.show",
    "disclosure.notice", "disclosure.agencies", "disclosure.agency", "disclosure.notices_csv", "disclosure.notices_xlsx",
    "disclosure.notices_atom", "disclosure.notices_rss", "disclosure.sitemap", "disclosure.sitemap_part", "disclosure.robots",
}  # fmt: skip
OF_ONESELF = {
    "people.colleagues", "delegations.index", "disclosure.saved_searches", "disclosure.end_own_search",
    "delegations.make", "help.tour", "help.put_away", "help.glossary", "messages.index", "messages.settings",
    "messages.read_all", "messages.open_calendar", "messages.end_calendar",
    "accounts.sign_out", "accounts.choose_role", "accounts.sessions", "accounts.end_session", "workbench.show",
    "suppliers.mine", "suppliers.new", "tenders.new", "rubrics.new", "rubrics.library_show", "rubrics.keep_from_library",
    "tenders.index", "contracts.index", "schemes.index", "rubrics.index", "assignments.index", "committees.seats", "suppliers.index",
}  # fmt: skip
PUBLISHED = {
    "people.index": "the platform's register of who acts for whom", "people.show": "likewise",
    "people.announce": "the platform acts for a house that has nobody else to do it", "people.dismiss": "likewise",
    "people.bar": "the platform bars any account at risk", "people.unbar": "likewise",
    "jobs.index": "the administrator's page of the queue: of the platform, no organisation's", "jobs.send_again": "likewise",
    "jobs.try_again": "likewise",
    "tenders.show": "a published tender", "bids.show": "the form or one's own bid", "bids.revise": "leads to one's own bid",
    "suppliers.show": "buyers read the files of suppliers", "suppliers.check_credit": "any buyer looks up credit",
    "results.index": "published", "results.show": "published", "results.of_scheme": "published", "results.object_to": "published",
    "jobs.evaluation_report": "published", "jobs.evaluation_scores": "published",
    "bids.submit": "late: told so", "bids.replace": "late: told so", "bids.withdraw": "late: told so", "bids.draft": "late: told so",
    "contracts.show": "signed contracts are read by evaluation bodies",
}  # fmt: skip
"""What somebody of the right role and the wrong organisation may come to, and why."""


REPORTS = ("jobs.evaluation_scores", "jobs.evaluation_report")
"""Names of evaluators stand in published reports …"""
REGISTER = ("people.index", "people.show", "people.announce", "people.dismiss", "people.bar", "people.unbar")
"""… and in the register of people, which only the platform's three administrators read as a whole."""


class Places(dict[str, str]):
    """Values for the variables of addresses; one that is not named here gets what no row has."""

    def __missing__(self, name: str) -> str:
        return "1" if name.endswith("_id") else "none"


@pytest.fixture
def places(city, session):
    """Something real for every variable of every address."""

    def one(statement: str) -> str:
        return str(session.execute(text(statement)).scalar())

    return Places({
        "ocid": city.tender.ocid, "bid_id": str(city.tender.bids[0]), "supplier_id": one("SELECT min(id) FROM suppliers"),
        "hash": one("SELECT receipt_hash FROM bids ORDER BY id LIMIT 1"), "contract_id": str(city.tender.contract_id),
        "year": "1", "scheme_id": str(city.evaluation.scheme_id), "assignment_id": str(city.evaluation.assignment_ids[0]),
        "result_id": str(city.evaluation.result_id), "rubric_id": str(city.evaluation.rubric_id),
        "subject_id": str(city.evaluation.subject_id), "session_id": "1", "objection_id": "1", "rectification_id": "1",
        "appointment_id": "1", "delegation_id": "1", "message_id": "1", "entry_id": "1", "file_id": "1", "job_id": "1", "envelope_id": "1",
        "secret": "nobodys", "search_id": "1", "id": "87-55",
        "code": "none", "leaf_id": "D1", "filename": "css/tokens.css", "number": "1", "part": "0",
        "uscc": one("SELECT uscc FROM suppliers WHERE id = (SELECT supplier_id FROM awards)"),
    })  # fmt: skip


@pytest.fixture
def secrets(city, session):
    """Words that nobody without a part in it may read: losing bidders' prices and contacts, marks' reasons, receipts."""
    prices = session.execute(text("SELECT price FROM bids WHERE supplier_id <> (SELECT supplier_id FROM awards)")).scalars()
    receipts = session.execute(text("SELECT receipt_hash FROM bids")).scalars()
    return {
        *(f"{price / 100:,.2f}" for price in prices), *(receipt[:20] for receipt in receipts),
        "0000-1", "苏小满", "抽查十二份档案", *(member.name for member in city.evaluation.evaluators),
    }  # fmt: skip


def routes(app):
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        for method in ("GET", "POST"):
            if method in rule.methods:
                yield rule, method


def ask(browser, rule, method, places):
    built = rule.build({name: places[name] for name in rule.arguments}, append_unknown=False)
    return getattr(browser, method.lower())(built[1])


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.CLOCK)], ids=str)
def test_a_stranger_of_this_role_gets_nothing_anywhere(app, city, places, secrets, sign_in_as, clock_at, role):
    from app.accounts.policy import ADMINISTRATORS, PUBLIC, Access, who_may

    clock_at(LATER)
    browser = app.test_client()
    wrong = []
    for rule, method in routes(app):
        if rule.endpoint == "accounts.end_session" or rule.endpoint == "accounts.sign_out":
            continue
        if role is not None:
            sign_in_as(browser, city.strangers[role])
        answer = ask(browser, rule, method, places)
        who, status = who_may(rule.endpoint), answer.status_code
        here = f"{method} {rule.endpoint} {status}"
        if status >= 500:
            wrong.append(f"{here}: our error")
        if who is PUBLIC:
            continue
        if role is None:
            if (method, status) not in (("GET", 303), ("POST", 401)) or "/sign-in" not in answer.headers.get("Location", "/sign-in"):
                wrong.append(f"{here}: nobody is signed in")
        elif not isinstance(who, Access) and role not in who:
            if status != 403:
                wrong.append(f"{here}: the policy does not let this role in")
        elif role in (Role.FINANCE, Role.OVERSEER):
            continue
        elif rule.endpoint not in OF_ONESELF | set(PUBLISHED) and status not in (403, 404):
            wrong.append(f"{here}: another organisation's")
        may_name = rule.endpoint in REPORTS or (rule.endpoint in REGISTER and role in ADMINISTRATORS)
        if role not in (None, Role.FINANCE, Role.OVERSEER) and not may_name:
            wrong += [f"{here}: tells {word}" for word in secrets if word in answer.text]
    assert not wrong, "\n".join(wrong)


def test_a_losing_bidder_reads_its_own_result_and_no_other(app, city, places, sign_in_as, session):
    """财政部令第87号 第六十九条: 告知未中标人本人的评审得分与排序."""
    winner = session.execute(text("SELECT supplier_name FROM awards")).scalar()
    mine, *others = [s for s in city.tender.suppliers if s.organisation_name != winner]
    browser = app.test_client()
    sign_in_as(browser, mine)
    for endpoint in ("awards.show", "awards.letter", "contracts.index"):
        [(rule, method)] = [(r, m) for r, m in routes(app) if r.endpoint == endpoint]
        page = ask(browser, rule, method, places).text
        assert not any(re.search(rf"{re.escape(other.organisation_name)}(?!\d)", page) for other in others), endpoint
    for endpoint in ("scorings.ranking", "scorings.case", "jobs.bid_report", "jobs.bid_scores", "qualifications.show", "contracts.show"):
        [(rule, method)] = [(r, m) for r, m in routes(app) if r.endpoint == endpoint]
        assert ask(browser, rule, method, places).status_code == 403, endpoint


ODD_NUMBERS = ["99999999999999999999999999", str(2**63), "0", "9" * 5000]


@pytest.mark.parametrize("number", ODD_NUMBERS, ids=["10^26", "2^63", "0", "5000 digits"])
def test_numbers_that_no_row_has_are_not_found(app, city, places, sign_in_as, clock_at, number):
    clock_at(LATER)
    everywhere = {name: number if value.isdigit() else value for name, value in places.items()}
    for actor in (city.tender.buyer, city.tender.suppliers[0], city.tender.leader, city.evaluation.body, city.evaluation.evaluators[0]):
        browser = app.test_client()
        sign_in_as(browser, actor)
        for rule, method in routes(app):
            if any(places[name].isdigit() for name in rule.arguments) and rule.endpoint != "static":
                if rule.endpoint == "disclosure.sitemap_part" and number == "0":
                    continue  # the first part of the list of addresses: it is always there
                answer = getattr(browser, method.lower())(re.sub(r"<(?:\w+:)?(\w+)>", lambda m: everywhere[m[1]], rule.rule))
                assert answer.status_code in (400, 403, 404, 409, 414, 422), (rule.endpoint, method, answer.status_code)


ODD_QUERIES = [
    "q=%00", "q=%25%25_%5C", "q=" + "长" * 3000, "after=%00", "after=" + "9" * 5000, "after=" + "9" * 30, "after=-1", "after=%C2%B2",
    "before=" + "9" * 30, "before=-5", "before=%D9%A3", "stage=nothing", "stage=", "leaf=%00", "next=%00", "example=%00",
]  # fmt: skip


@pytest.mark.parametrize("query", ODD_QUERIES)
def test_odd_questions_get_an_answer(app, city, places, sign_in_as, clock_at, query):
    clock_at(LATER)
    lists = (
        "tenders.index", "contracts.index", "schemes.index", "results.index", "rubrics.index", "suppliers.index",
        "disclosure.index", "disclosure.notices", "disclosure.agencies", "disclosure.notices_csv", "disclosure.notices_xlsx",
        "disclosure.notices_atom", "disclosure.show", "tenders.new", "accounts.sign_in", "sheets.show",
    )  # fmt: skip
    for actor in (None, city.tender.buyer, city.evaluation.body, city.evaluation.evaluators[0]):
        browser = app.test_client()
        if actor is not None:
            sign_in_as(browser, actor)
        for rule, method in routes(app):
            if rule.endpoint in lists and method == "GET":
                built = rule.build({name: places[name] for name in rule.arguments}, append_unknown=False)[1]
                assert browser.get(f"{built}?{query}").status_code < 500, (rule.endpoint, query)


ODD_TEXTS = ["\0", "a\0b", "²", "٣", "9" * 5000, "-1", "1e999999999", "x" * 40_000, "<script>alert(1)</script>", "=1+1", "２０２５", "％"]


@pytest.mark.parametrize("value", ODD_TEXTS, ids=lambda text: repr(text[:12]))
def test_whatever_is_typed_into_any_form_is_refused_or_kept_and_never_an_error(app, city, places, sign_in_as, clock_at, value):
    """Every field of every form of every page, filled with the same odd text, by those whose page it is."""
    clock_at(LATER)
    people = (
        city.tender.buyer, city.tender.suppliers[0], city.tender.leader, city.evaluation.buyer, city.evaluation.body,
        city.evaluation.agency, city.evaluation.evaluators[0],
    )  # fmt: skip
    names = {"leader", "bid", "part", "accepted", "reason", "onward", "branch", "version", "payment", "year", "fact.T6a", "overseer_id"}
    failed = []
    for actor in people:
        browser = app.test_client()
        sign_in_as(browser, actor)
        for rule, method in routes(app):
            if method == "POST" and rule.endpoint not in ("accounts.sign_out", "accounts.end_session", "accounts.sign_in"):
                seen = set()
                if "GET" in rule.methods:
                    seen = set(re.findall(r'name="([^"]+)"', ask(browser, rule, "GET", places).text))
                fields = dict.fromkeys((names | seen) - {"once", "csrf_token"}, value)
                built = rule.build({name: places[name] for name in rule.arguments}, append_unknown=False)[1]
                try:
                    answer = browser.post(built, data={"reason.²": value, f"reason.{places['bid_id']}": value, **fields})
                except Exception as error:  # the client hands on whatever the application did not catch
                    failed.append(f"{rule.endpoint}: {type(error).__name__} {str(error)[:160]}")
                else:
                    if answer.status_code >= 500:
                        failed.append(f"{rule.endpoint} {answer.status_code}")
    assert not failed, "\n".join(sorted(set(failed)))

"""The policy 权限表: every route of the product and who may. What is not listed here, nobody may.

One dict per room, keyed by endpoint (``<room>.<function>``). To add a room: add its dict below, and its name to ROUTES.
A view needs no decorator: app/web/guard.py enforces this table before every request, and tests/architecture checks that
each route has an entry and each entry a route. Ownership (own organisation, own sheet) is for services:
``actor.must_act_for(organisation_id)``.
"""

from __future__ import annotations

from enum import Enum

from kernel.role import Role


class Access(Enum):
    """Who may, where it does not depend on the role."""

    PUBLIC = "public"  # 任何人: no sign-in
    ARRIVING = "arriving"  # 已登录, 尚可未选择身份
    SIGNED_IN = "signed_in"  # 已登录并已选择身份


PUBLIC, ARRIVING, SIGNED_IN = Access.PUBLIC, Access.ARRIVING, Access.SIGNED_IN

BUYER, SUPPLIER, FINANCE, EXPERT = Role.BUYER, Role.SUPPLIER, Role.FINANCE, Role.EXPERT
EVALUATION_BODY, EVALUATOR, OVERSEER = Role.EVALUATION_BODY, Role.EVALUATOR, Role.OVERSEER
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

Who = Access | frozenset[Role]


def only(*roles: Role) -> frozenset[Role]:
    """These roles and nobody else."""
    return frozenset(roles)


FOUNDATION: dict[str, Who] = {
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    "health.show": PUBLIC,
}

ACCOUNTS: dict[str, Who] = {
    "accounts.sign_in": PUBLIC,
    "accounts.sign_out": ARRIVING,
    "accounts.choose_role": ARRIVING,
    "accounts.sessions": ARRIVING,
    "accounts.end_session": ARRIVING,
}

PEOPLE: dict[str, Who] = {
    "people.index": ADMINISTRATORS,
    "people.colleagues": only(BUYER, SUPPLIER, FINANCE, EVALUATION_BODY, OVERSEER),
    "people.show": ADMINISTRATORS | only(BUYER, SUPPLIER, FINANCE, EVALUATION_BODY, OVERSEER),
    "people.announce": only(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, BUYER, SUPPLIER, FINANCE, EVALUATION_BODY, OVERSEER),
    "people.dismiss": only(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
    "people.bar": only(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
    "people.unbar": only(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
}

DELEGATIONS: dict[str, Who] = {
    "delegations.index": only(BUYER, SUPPLIER, FINANCE, EVALUATION_BODY, OVERSEER),
    "delegations.make": only(BUYER, SUPPLIER, FINANCE, EVALUATION_BODY, OVERSEER),
    "delegations.end": only(BUYER, SUPPLIER, FINANCE, EVALUATION_BODY, OVERSEER),
}

HELP: dict[str, Who] = {
    "help.glossary": PUBLIC,
    "help.tour": SIGNED_IN,
    "help.put_away": SIGNED_IN,
}

DESIGN: dict[str, Who] = {
    "design.show": PUBLIC,  # 404 in production: a page for those who build
}

TRAINING: dict[str, Who] = {
    "training.move": SIGNED_IN,  # 404 unless the installation is one for training
    "training.partners": SIGNED_IN,  # likewise
}

DRAFTS: dict[str, Who] = {
    "drafts.keep": SIGNED_IN,  # one's own, of a form that one was shown
}

WORKBENCH: dict[str, Who] = {
    "workbench.show": SIGNED_IN,
}

MESSAGES: dict[str, Who] = {
    "messages.index": SIGNED_IN,
    "messages.read": SIGNED_IN,
    "messages.read_all": SIGNED_IN,
    "messages.settings": SIGNED_IN,
    "messages.open_calendar": SIGNED_IN,
    "messages.end_calendar": SIGNED_IN,
    "messages.feed": PUBLIC,  # whoever has the secret in the address: calendars cannot sign in
}

SUPPLIERS: dict[str, Who] = {
    "suppliers.index": only(BUYER, FINANCE, OVERSEER),
    "suppliers.mine": only(SUPPLIER),
    "suppliers.show": only(BUYER, FINANCE, OVERSEER, SUPPLIER),
    "suppliers.new": only(SUPPLIER),
    "suppliers.edit": only(SUPPLIER),
    "suppliers.check_credit": only(BUYER, FINANCE),
}

TENDERS: dict[str, Who] = {
    "tenders.index": only(BUYER, FINANCE, OVERSEER, SUPPLIER),
    "tenders.show": only(BUYER, FINANCE, OVERSEER, SUPPLIER, EXPERT),
    "tenders.new": only(BUYER),
    "tenders.redraft": only(BUYER),
    "tenders.publish": only(BUYER),
    "tenders.correct": only(BUYER),
    "tenders.terminate": only(BUYER),
}

BIDS: dict[str, Who] = {
    "bids.show": only(SUPPLIER),
    "bids.submit": only(SUPPLIER),
    "bids.revise": only(SUPPLIER),
    "bids.replace": only(SUPPLIER),
    "bids.withdraw": only(SUPPLIER),
    "bids.receipt": only(SUPPLIER),
    "bids.receipt_text": only(SUPPLIER),
    "bids.file": only(SUPPLIER),
    "bids.draft": only(SUPPLIER),
}

OPENINGS: dict[str, Who] = {
    "openings.show": only(BUYER, FINANCE, OVERSEER, SUPPLIER),
    "openings.open_now": only(BUYER),
    "openings.fail": only(BUYER),
}

QUALIFICATIONS: dict[str, Who] = {
    "qualifications.show": only(BUYER, FINANCE, OVERSEER),
    "qualifications.conclude": only(BUYER),
    "qualifications.sign": only(BUYER),
    "qualifications.fail": only(BUYER),
}

COMMITTEES: dict[str, Who] = {
    "committees.seats": only(EXPERT),
    "committees.show": only(BUYER, FINANCE, OVERSEER),
    "committees.draw": only(BUYER),
    "committees.redraw": only(BUYER),
    "committees.release": only(BUYER),
    "committees.representative": only(BUYER),
    "committees.form_committee": only(BUYER),
    "committees.declare": only(EXPERT, BUYER),
    "committees.attachment": only(EXPERT, BUYER, FINANCE, OVERSEER),
    "committees.conformity": only(EXPERT, BUYER, FINANCE, OVERSEER),
    "committees.conclude": only(EXPERT),
    "committees.sign": only(EXPERT),
}

SCORINGS: dict[str, Who] = {
    "scorings.show": only(EXPERT, BUYER, FINANCE, OVERSEER),
    "scorings.sheet": only(EXPERT, BUYER),
    "scorings.save": only(EXPERT, BUYER),
    "scorings.draft": only(EXPERT, BUYER),
    "scorings.sign": only(EXPERT, BUYER),
    "scorings.ranking": only(EXPERT, BUYER, FINANCE, OVERSEER),
    "scorings.correct": only(EXPERT, BUYER),
    "scorings.judge": only(EXPERT),
    "scorings.sign_ranking": only(EXPERT),
    "scorings.fail": only(BUYER),
    "scorings.case": only(EXPERT, BUYER, FINANCE, OVERSEER),
}

AWARDS: dict[str, Who] = {
    "awards.show": only(BUYER, FINANCE, OVERSEER, SUPPLIER, EXPERT),
    "awards.decide": only(BUYER),
    "awards.announce": only(BUYER),
    "awards.next_candidate": only(BUYER),
    "awards.letter": only(BUYER, FINANCE, OVERSEER, SUPPLIER),
}

CONTRACTS: dict[str, Who] = {
    "contracts.index": only(BUYER, SUPPLIER, FINANCE, OVERSEER, EVALUATION_BODY),
    "contracts.show": only(BUYER, SUPPLIER, FINANCE, OVERSEER, EVALUATION_BODY),
    "contracts.draw_up": only(BUYER),
    "contracts.sign": only(BUYER),
    "contracts.pay": only(BUYER),
    "contracts.settle": only(BUYER),
    "contracts.renew": only(BUYER),
    "contracts.supplement": only(BUYER),
    "contracts.complete": only(BUYER),
    "contracts.terminate": only(BUYER),
}

DISCLOSURE: dict[str, Who] = {
    "disclosure.index": PUBLIC,
    "disclosure.notices": PUBLIC,
    "disclosure.suggest": PUBLIC,
    "disclosure.save_search": PUBLIC,
    "disclosure.search_asked": PUBLIC,
    "disclosure.confirm_search": PUBLIC,  # whoever has the secret of the letter
    "disclosure.end_search": PUBLIC,  # likewise; mail programs post there themselves
    "disclosure.saved_searches": SIGNED_IN,
    "disclosure.end_own_search": SIGNED_IN,
    "disclosure.show": PUBLIC,
    "disclosure.notice": PUBLIC,
    "disclosure.agencies": PUBLIC,
    "disclosure.agency": PUBLIC,
    "disclosure.notices_csv": PUBLIC,
    "disclosure.notices_xlsx": PUBLIC,
    "disclosure.notices_atom": PUBLIC,
    "disclosure.notices_rss": PUBLIC,
    "disclosure.offered": PUBLIC,
    "disclosure.sitemap": PUBLIC,
    "disclosure.sitemap_part": PUBLIC,
    "disclosure.robots": PUBLIC,
}

LAWDESK: dict[str, Who] = {
    "lawdesk.check": PUBLIC,
    "lawdesk.checked": PUBLIC,  # nothing is kept
    "lawdesk.index": PUBLIC,
    "lawdesk.method": PUBLIC,
    "lawdesk.method_json": PUBLIC,
    "lawdesk.timetable": PUBLIC,
    "lawdesk.timetable_json": PUBLIC,
    "lawdesk.committee": PUBLIC,
    "lawdesk.committee_json": PUBLIC,
    "lawdesk.scoring": PUBLIC,
    "lawdesk.scoring_json": PUBLIC,
    "lawdesk.scoring_file": PUBLIC,
    "lawdesk.scoring_filed": PUBLIC,  # nothing is kept
    "lawdesk.term": PUBLIC,
    "lawdesk.term_json": PUBLIC,
    "lawdesk.challenge": PUBLIC,
    "lawdesk.challenge_json": PUBLIC,
    "lawdesk.rules": PUBLIC,
    "lawdesk.rules_json": PUBLIC,
    "lawdesk.rule": PUBLIC,
    "lawdesk.entries": PUBLIC,  # what is approved; what is only proposed, to those who decide and watch
    "lawdesk.entry": PUBLIC,  # likewise
    "lawdesk.propose": only(Role.SYSTEM_ADMIN),
    "lawdesk.withdraw_entry": only(Role.SYSTEM_ADMIN),
    "lawdesk.approve": only(FINANCE),
    "lawdesk.reject": only(FINANCE),
}

JOBS: dict[str, Who] = {
    "jobs.index": only(Role.SYSTEM_ADMIN),
    "jobs.try_again": only(Role.SYSTEM_ADMIN),
    "jobs.send_again": only(Role.SYSTEM_ADMIN),
    "jobs.bid_report": only(EXPERT, BUYER, FINANCE, OVERSEER),
    "jobs.bid_scores": only(EXPERT, BUYER, FINANCE, OVERSEER),
    "jobs.evaluation_report": PUBLIC,
    "jobs.evaluation_scores": PUBLIC,
    **{f"jobs.law_{each}": PUBLIC for each in ("method", "timetable", "committee", "scoring", "term", "challenge")},
}

RUBRICS: dict[str, Who] = {
    "rubrics.index": only(EVALUATION_BODY, BUYER, FINANCE, OVERSEER),
    "rubrics.show": only(EVALUATION_BODY, BUYER, FINANCE, OVERSEER),
    "rubrics.library_show": only(EVALUATION_BODY, BUYER, FINANCE, OVERSEER),
    "rubrics.keep_from_library": only(EVALUATION_BODY, BUYER, FINANCE),
    "rubrics.new": only(EVALUATION_BODY, BUYER, FINANCE),
}

SCHEMES: dict[str, Who] = {
    "schemes.index": only(EVALUATION_BODY, BUYER, SUPPLIER, EVALUATOR, FINANCE, OVERSEER),
    "schemes.show": only(EVALUATION_BODY, BUYER, SUPPLIER, EVALUATOR, FINANCE, OVERSEER),
    "schemes.new": only(EVALUATION_BODY, BUYER),
    "schemes.redraft": only(EVALUATION_BODY, BUYER),
    "schemes.approve": only(BUYER, FINANCE),
    "schemes.publish": only(EVALUATION_BODY, BUYER),
    "schemes.abandon": only(EVALUATION_BODY, BUYER),
}

ASSIGNMENTS: dict[str, Who] = {
    "assignments.index": only(EVALUATOR, BUYER, FINANCE),
    "assignments.show": only(EVALUATION_BODY, BUYER, FINANCE, OVERSEER),
    "assignments.begin": only(EVALUATION_BODY, BUYER),
    "assignments.recuse": only(EVALUATION_BODY, BUYER),
}

SHEETS: dict[str, Who] = {
    "sheets.declaration": only(EVALUATOR, BUYER, FINANCE),
    "sheets.show": only(EVALUATOR, BUYER, FINANCE),
    "sheets.mark": only(EVALUATOR, BUYER, FINANCE),
    "sheets.draft": only(EVALUATOR, BUYER, FINANCE),
    "sheets.sign": only(EVALUATOR, BUYER, FINANCE),
    "sheets.side_by_side": only(EVALUATION_BODY, BUYER, FINANCE, OVERSEER),
}

RESULTS: dict[str, Who] = {
    "results.index": PUBLIC,
    "results.show": PUBLIC,
    "results.of_scheme": only(EVALUATION_BODY, BUYER, SUPPLIER, EVALUATOR, FINANCE, OVERSEER),
    "results.compute": only(EVALUATION_BODY, BUYER),
    "results.state": only(SUPPLIER),
    "results.lapse": only(EVALUATION_BODY, BUYER),
    "results.publish": only(EVALUATION_BODY, BUYER),
    "results.object_to": only(SUPPLIER, BUYER, FINANCE, OVERSEER, EVALUATOR, EXPERT),
    "results.answer": only(EVALUATION_BODY, BUYER),
    "results.finalise": only(EVALUATION_BODY, BUYER),
    "results.withdraw": only(EVALUATION_BODY, BUYER),
    "results.order": only(EVALUATION_BODY, BUYER),
    "results.mend": only(SUPPLIER),
}

HANDOFFS: dict[str, Who] = {
    "handoffs.entrust_year": only(BUYER),
    "handoffs.entrust_applicant": only(BUYER),
    "handoffs.apply": only(BUYER),
}

ROUTES: dict[str, Who] = {
    **FOUNDATION,
    **ACCOUNTS,
    **PEOPLE,
    **DELEGATIONS,
    **HELP,
    **DESIGN,
    **TRAINING,
    **DRAFTS,
    **WORKBENCH,
    **MESSAGES,
    **SUPPLIERS,
    **TENDERS,
    **BIDS,
    **OPENINGS,
    **QUALIFICATIONS,
    **COMMITTEES,
    **SCORINGS,
    **AWARDS,
    **CONTRACTS,
    **RUBRICS,
    **SCHEMES,
    **ASSIGNMENTS,
    **SHEETS,
    **RESULTS,
    **HANDOFFS,
    **DISCLOSURE,
    **LAWDESK,
    **JOBS,
}


def who_may(endpoint: str) -> Who | None:
    """Who may use ``endpoint``; None when the table does not know it: then nobody."""
    return ROUTES.get(endpoint)

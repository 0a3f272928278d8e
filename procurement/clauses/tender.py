"""Hints 提示 on a tender in the rooms: its texts read by the same rules. They never stand in the way of a publication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kernel.refusal import Finding
from law.day import LawAt
from procurement.clauses.check import check
from procurement.documents import Tender
from procurement.publication import scored_texts


def tender_hints(tender: Tender, law: LawAt, told: Iterable[Finding] = ()) -> tuple[Finding, ...]:
    """One per place and rule, none of them binding. ``told``: what other rules have said of a place by the same article."""
    known = {(each.field, _article(each.cites)) for each in told}
    found: dict[tuple[str, str], Finding] = {}
    for place, text, scores in _texts(tender):
        for each in check(text, law, scores):
            if (place, _article(each.cites)) in known:
                continue
            start, end = each.span
            hint = Finding(place, f"条款体检（{each.severity.zh}）: {each.why}", each.cites, have=text[start:end], cure=each.rewrite, binding=False)
            found.setdefault((place, each.rule), hint)
    return tuple(found.values())


def _article(cites: str) -> str:
    return cites.split("；", 1)[0]


def _texts(tender: Tender) -> Iterator[tuple[str, str, bool]]:
    """(place, text, whether points are given there) of everything written in words."""
    for condition in tender.qualification:
        yield f"qualification[{condition.number}]", condition.text, False
    for n, service in enumerate(tender.requirement.services, 1):
        yield f"requirement.services[{n}]", f"{service.name}：{service.content}", False
    for n, staff in enumerate(tender.requirement.staff, 1):
        yield f"requirement.staff[{n}]", f"{staff.item}：{staff.value}", False
    for n, each in enumerate(tender.substantive, 1):
        yield f"substantive_requirements[{n}]", each.text, False
    for place, text in scored_texts(tender):
        yield place, text, True

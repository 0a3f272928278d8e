"""Suggestions 联想: what one may be typing, and, when nothing was found, which words find something.

Both look at published notices and at nothing else, through the same index as the search: what has not been published can
be neither suggested nor guessed from its absence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from app.disclosure import search
from app.disclosure.models import NoticeRow
from app.disclosure.words import Question, plain, question
from procurement.service_field import ServiceField

MOST = 8
"""Suggestions under a field."""
LOOKED_AT = 60
"""Newest notices with these words that are looked through for them."""
MOST_COUNTED = 1000
TRIED = 14

RELATED = (
    ("禁毒", "戒毒", "吸毒人员"), ("老年人", "养老", "老人", "长者", "为老"), ("儿童", "未成年人", "少儿", "困境儿童"),
    ("青少年", "青年"), ("残疾人", "残障", "助残", "残疾"), ("社区矫正", "安置帮教", "刑满释放"), ("精神卫生", "精神障碍", "心理"),
    ("妇女", "女性", "家暴"), ("婚姻家庭", "家庭", "婚姻"), ("社工站", "社会工作服务站", "社工室"), ("社会救助", "低保", "困难群众", "救助"),
    ("医务", "医院", "病房"), ("志愿服务", "义工", "志愿者"), ("退役军人", "优抚", "双拥"), ("乡村", "农村"),
    ("信访", "调解", "司法"), ("应急", "减灾", "救灾"), ("评估", "评价", "第三方"), ("流动人口", "外来务工", "新市民"),
    ("学校", "驻校", "校园"), ("社会工作", "社工"), ("个案", "个案管理"),
)  # fmt: skip
"""Words that the field uses for one another."""


@dataclass(frozen=True)
class Suggestion:
    """A text that finds something, and what it is: 项目, 采购人, 承接机构, 服务领域."""

    text: str
    what: str


def suggestions(session: Session, typed: str) -> list[Suggestion]:
    """What somebody who has typed so much may want, what stands there most often first. One statement at most."""
    asked = question(typed)
    if not asked:
        return []
    fields = [Suggestion(each.zh, "服务领域") for each in ServiceField if all(run in plain(each.zh) for run in asked.marks)]
    port = search.index(session)
    newest = select(NoticeRow.title, NoticeRow.buyer, NoticeRow.supplier, NoticeRow.service_field)
    rows = session.execute(port.narrow(newest, asked).order_by(port.key.desc()).limit(LOOKED_AT)).all()
    found: Counter[Suggestion] = Counter()
    for title, buyer, supplier, field in rows:
        for text, what in ((title, "项目"), (buyer, "采购人"), (supplier, "承接机构")):
            if text and all(run in plain(text) for run in asked.marks):
                found[Suggestion(text, what)] += 1
        if field and Suggestion(field.zh, "服务领域") in fields:
            found[Suggestion(field.zh, "服务领域")] += LOOKED_AT
    first = asked.marks[0]
    ordered = sorted(found.items(), key=lambda each: (not plain(each[0].text).startswith(first), -each[1], each[0].text))
    return [each for each, _ in ordered][:MOST]


def instead(session: Session, asked: Question) -> list[tuple[str, int]]:
    """For a question without an answer: words near it that find something, and how much. One statement.

    Tried are words that mean the same, the question's own words one by one, and the pairs of characters of longer ones.
    """
    tried = list(dict.fromkeys(_near(asked)))[:TRIED]
    if not tried:
        return []
    port, each = search.index(session), []
    for number, word in enumerate(tried):
        hits = port.narrow(select(NoticeRow.id), question(word)).limit(MOST_COUNTED).subquery()
        each.append(select(literal(number).label("number"), func.count().label("found")).select_from(hits))
    found = {number: count for number, count in session.execute(union_all(*each)) if count}
    return [(tried[number], found[number]) for number in sorted(found, key=lambda n: (-len(tried[n]), n))][:6]


def _near(asked: Question) -> Iterator[str]:
    texts = [term.text for term in asked.terms]
    for term in texts:
        for group in RELATED:
            held = max((word for word in group if word in term), key=len, default="")
            yield from (term.replace(held, other) for other in group if held and other != held)
            yield from (other for other in group if held and held != term and other != held)
    if len(texts) > 1:
        yield from texts
    for term in texts:
        for run in term.split():
            yield from (run[i : i + 2] for i in range(len(run) - 1) if len(run) > 2)



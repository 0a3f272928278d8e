"""The table is the machine: what is not in it cannot happen, and a refusal says what, why and what next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from kernel.lifecycle import Lifecycle, Step
from kernel.refusal import Finding, NotPermitted, Unlawful, WrongStage
from kernel.role import Role


class Stage(StrEnum):
    DRAFT = "draft"
    OUT = "out"


@dataclass(frozen=True)
class Paper:
    stage: Stage = Stage.DRAFT
    pages: int = 3
    title: str = "公告"


def has_pages(paper: Paper, law: Any) -> Finding | None:
    return None if paper.pages >= 3 else Finding("pages", "页数不足", "政府采购法 第三十五条", have=paper.pages, need=3)


def has_title(paper: Paper, law: Any) -> Finding | None:
    return None if paper.title else Finding("title", "缺少标题")


def is_long(paper: Paper, law: Any) -> list[Finding]:
    return [Finding("pages", "页数较多", binding=False)] if paper.pages > 5 else []


TABLE = Lifecycle("公告", Step(Stage.DRAFT, "publish", Stage.OUT, Role.BUYER, (has_pages, has_title, is_long), "政府采购法 第十一条", "发布"))


def test_a_step_is_given_when_everything_holds() -> None:
    assert TABLE.take(Paper(), "publish", by=Role.BUYER, law=None).target is Stage.OUT


@pytest.mark.parametrize(("pages", "lawful"), [(2, False), (3, True), (4, True)])
def test_boundaries_belong_to_the_rule_not_to_the_table(pages: int, lawful: bool) -> None:
    if lawful:
        assert TABLE.take(Paper(pages=pages), "publish", by=Role.BUYER, law=None)
    else:
        with pytest.raises(Unlawful):
            TABLE.take(Paper(pages=pages), "publish", by=Role.BUYER, law=None)


def test_everything_wrong_is_told_at_once_with_its_article() -> None:
    with pytest.raises(Unlawful) as refusal:
        TABLE.take(Paper(pages=1, title=""), "publish", by=Role.BUYER, law=None)
    assert [f.field for f in refusal.value.findings] == ["pages", "title"]
    assert "政府采购法 第三十五条" in str(refusal.value)


def test_what_only_warns_does_not_stop_the_step_but_stays_on_file() -> None:
    taken = TABLE.take(Paper(pages=6), "publish", by=Role.BUYER, law=None)
    assert [w.zh for w in taken.warnings] == ["页数较多"]


def test_another_role_learns_who_may() -> None:
    with pytest.raises(NotPermitted, match="采购人"):
        TABLE.take(Paper(), "publish", by=Role.SUPPLIER, law=None)


def test_a_step_that_is_not_in_the_table_cannot_happen() -> None:
    with pytest.raises(WrongStage, match="现在可以办理: 无"):
        TABLE.take(Paper(stage=Stage.OUT), "publish", by=Role.BUYER, law=None)


def test_buttons_are_drawn_from_the_same_table() -> None:
    assert [s.act for s in TABLE.steps_from(Stage.DRAFT, Role.BUYER)] == ["publish"]
    assert TABLE.steps_from(Stage.DRAFT, Role.SUPPLIER) == ()

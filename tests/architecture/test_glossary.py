"""docs/glossary.md is what the code says today."""

from __future__ import annotations

import inspect
import runpy
from enum import StrEnum

from tests.architecture.tree import ROOT, pure_modules

MADE_BY = runpy.run_path(str(ROOT / "bin" / "make-glossary"))


def test_the_glossary_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8") == MADE_BY["glossary"](), "run: make glossary"


def test_every_value_of_the_core_that_a_person_may_see_has_a_chinese_name() -> None:
    nameless = {
        f"{enum.__module__}.{enum.__name__}.{member.name}"
        for module in pure_modules()
        for enum in vars(module).values()
        if inspect.isclass(enum) and issubclass(enum, StrEnum) and enum is not StrEnum
        for member in enum
        if not getattr(member, "zh", "")
    }

    assert nameless == set()

"""docs/glossary.md is what the code says today."""

from __future__ import annotations

import inspect
import runpy
from enum import StrEnum

from tests.architecture.tree import ROOT, pure_modules

MADE_BY = runpy.run_path(str(ROOT / "bin" / "make-glossary"))


def test_the_glossary_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8") == MADE_BY["glossary"](), "run: make glossary"


def test_every_value_that_has_a_chinese_name_shares_its_kind_with_values_that_have_one_too() -> None:
    """A page that prints ``.zh`` of one stage will one day print it of the next; two stages never share a name."""
    enums = {
        enum
        for module in pure_modules()
        for enum in vars(module).values()
        if inspect.isclass(enum) and issubclass(enum, StrEnum) and hasattr(enum, "zh")
    }

    assert len(enums) > 5
    for enum in enums:
        names = [member.zh for member in enum]  # type: ignore[attr-defined]
        assert all(names), enum
        assert len(set(names)) == len(names), enum

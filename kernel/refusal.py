"""Refusals 拒绝: the small family of ways in which the house says no, and the findings that say why.

Rules *return* findings, services *raise* refusals, one table turns refusals into pages. Whatever else is raised is our
bug. A person who is refused learns what, why (the article), and what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing found wrong 不符合项: what, by which article, and how to cure it.

    field    the form field or fact it concerns, e.g. ``bids_close``; "" when it concerns the whole
    zh       the sentence that was broken, in Chinese, readable without the code
    cites    the article, e.g. ``政府采购法 第三十五条``; "" only for findings of form (a missing entry)
    have     what there is; need: what there would have to be (dates, fen, counts, texts)
    cure     what to do next, in Chinese
    binding  True decides; False only warns: the rule waits to be checked against its official text (status M), or
             asks for attention rather than forbids
    """

    field: str
    zh: str = ""
    cites: str = ""
    have: Any = None
    need: Any = None
    cure: str = ""
    binding: bool = True

    def sentence(self) -> str:
        """The whole finding as one Chinese sentence with its article, as pages, commands and reports print it."""
        detail = []
        if self.have is not None:
            detail.append(f"现为 {self.have}")
        if self.need is not None:
            detail.append(f"应为 {self.need}")
        if self.cites:
            detail.append(self.cites)
        text = self.zh + (f"（{'；'.join(detail)}）" if detail else "")
        return text + (f"。{self.cure}" if self.cure else "")


class Refusal(Exception):
    """The family. ``status`` is the HTTP status a page answers with; ``findings`` says everything wrong at once."""

    status = 422
    zh = "操作未能完成"

    def __init__(self, message: str = "", findings: Iterable[Finding] = ()) -> None:
        self.findings = tuple(findings)
        self.message = message or self.zh
        super().__init__("；".join([self.message, *(f.sentence() for f in self.findings)]))


class Unlawful(Refusal):
    """不符合规定: a binding rule does not hold. Carries every finding, never only the first."""

    status = 422
    zh = "不符合规定"

    def __init__(self, findings: Iterable[Finding], message: str = "") -> None:
        super().__init__(message, findings)


class BadInput(Refusal):
    """填写有误: the shape is wrong (a broken file, an unknown name, a price of 0), before any law is asked."""

    status = 422
    zh = "填写有误"

    def __init__(self, findings: Iterable[Finding], message: str = "") -> None:
        super().__init__(message, findings)


class WrongStage(Refusal):
    """环节不符: the table has no such step from here."""

    status = 409
    zh = "当前环节不能办理此事项"


class Stale(Refusal):
    """内容已更新: somebody else changed it since this page was shown."""

    status = 409
    zh = "内容已被他人更新, 请刷新后重试"


class NotPermitted(Refusal):
    """无权办理: the policy does not let this role, organisation or person do it."""

    status = 403
    zh = "您的身份无权办理此事项"


class StillSealed(Refusal):
    """尚未开标: nobody may see bids, or how many there are, before the opening (87号令 第二十八条)."""

    status = 403
    zh = "开标前任何人不得查看投标文件及投标人的名称、数量（财政部令第87号 第二十八条）"


class Missing(Refusal):
    """未找到: no such thing, or none that this reader may know of."""

    status = 404
    zh = "未找到所请求的内容"

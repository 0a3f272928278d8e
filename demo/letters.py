"""The bidders' letters 投标函 as PDF: one page each, made by our own renderer; the same letter has the same bytes."""

from __future__ import annotations

from datetime import datetime

from kernel.money import Fen, yuan_text
from reports.document import Document, KeyValues, Paragraph, Signature, Signatures
from reports.numerals import chinese_date
from reports.pdf import make_pdf


def bid_letter(
    tender: str, ocid: str, bidder: str, person: str, price: Fen, valid_days: int, at: datetime
) -> bytes:
    """The letter with which ``bidder`` offers to serve for ``price``, and is bound for ``valid_days``.

    Raises NoPango where PDF cannot be made.
    """
    promise = (
        f"本单位已仔细阅读采购文件, 同意其全部内容, 愿以上述总价承担本项目的全部服务。投标有效期自投标截止之日起{valid_days}日;"
        "在此期间, 本投标函对本单位具有约束力。本单位与其他投标人不存在单位负责人为同一人或者直接控股、管理关系。"
    )
    letter = Document(
        title="投标函",
        organisation=bidder,
        day=at.date(),
        number=ocid,
        cover=False,
        contents=False,
        blocks=(
            KeyValues((("采购项目", tender), ("项目编号", ocid), ("投标人", bidder), ("投标总价", yuan_text(price)))),
            Paragraph(promise),
            Signatures("以上内容真实、有效。", (Signature("投标人授权代表", person, chinese_date(at.date())),)),
        ),
    )
    return make_pdf(letter)

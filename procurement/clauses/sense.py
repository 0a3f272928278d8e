"""Sense 语气: whether words demand, or forbid, or say that something is not needed.

"不得设定最低限价" forbids a floor price; "注册资本不得低于500万元" demands one. The difference is where 不得 stands and what
follows it.
"""

from __future__ import annotations

import re

from procurement.clauses.plain import Clause

_FORBIDS = re.compile(
    r"(?:不得|不应|不可|不能|不准|不许|严禁|禁止|不允许|不宜|杜绝|防止|避免|严格限制|不予以?|不再|不存在)"
    r"(?!分|低于|少于|小于|超过|高于|早于|晚于|迟于|大于|短于|重复|累计|同时|兼|到|提供|按|满|获得|达|满足|具有|具备)"
)
_NOT_NEEDED = re.compile(
    "(?:无需|不需要?|无须|毋须|不必|不要求|不强制|不设置?|免收|免交|免于|免除|取消|不收取|不限于?|不组织|不接受"
    r"|不作|没有)[^,。;\n]{0,12}$"
)
_FALSE = re.compile(r"(?:虚假|伪造|变造|弄虚作假|隐瞒)[^,。;\n|]{0,12}$")
_RELEASED = re.compile(
    "(?:均?不(?:作|做)?为(?:资格|评审|评分|加分|必要|否决|强制|唯一)|不作(?:强制|硬性)?要求|不做要求|不再要求"
    "|不限(?!于)|除外)"
)
_INSIDE = re.compile(
    "(?:不得(?!分|低于|少于|小于|超过|高于|早于|晚于|迟于|大于|短于)|不应|不收取?|无需|无须|不需|不要求|不采用|严禁"
    "|禁止|免收)"
)
_NO = frozenset("不无免非")
_NEW_DEMAND = re.compile(r"[,:](?:且|并|同时|但|另)?(?:须|应当?|必须|需|要求|提供|具有|具备|得|每|取得|获得)")


def forbidden_or_not_needed(clause: Clause, start: int, end: int) -> bool:
    """Whether the words at [start, end) of the plain text are what a sentence forbids or does without."""
    begins, ends = clause.sentence(start)
    if clause.plain[max(0, start - 1) : start] in _NO or _INSIDE.search(clause.plain, start, end):
        return True
    before = clause.plain[max(begins, start - 90) : start]
    for found in _FORBIDS.finditer(before):
        if not _NEW_DEMAND.search(before, found.end()):
            return True
    if _NOT_NEEDED.search(before):
        return True
    if _FALSE.search(before):
        return True
    return _RELEASED.search(clause.plain, max(start, end - 2), min(ends, end + 24)) is not None

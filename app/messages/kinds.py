"""What there is to tell 通知种类, how it travels 通道, and how far it has come 投递状态."""

from __future__ import annotations

import re
from enum import StrEnum


class Kind(StrEnum):
    """What a message tells of."""

    BID_RECEIVED = "bid_received"
    TENDER_CLOSED = "tender_closed"
    TENDER_CORRECTED = "tender_corrected"
    TENDER_ENDED = "tender_ended"
    SEAT = "seat"
    AWARD_LETTER = "award_letter"
    AWARD_RESULT = "award_result"
    CONTRACT = "contract"
    PAYMENT = "payment"
    ENTRUSTED = "entrusted"
    SCHEME = "scheme"
    ASSIGNMENT = "assignment"
    RESULT = "result"
    OBJECTION = "objection"
    RECTIFICATION = "rectification"
    DELEGATION = "delegation"
    SAVED_SEARCH = "saved_search"

    @property
    def zh(self) -> str:
        return _KINDS[self]


_KINDS = {
    Kind.BID_RECEIVED: "投标回执",
    Kind.TENDER_CLOSED: "投标截止",
    Kind.TENDER_CORRECTED: "更正公告",
    Kind.TENDER_ENDED: "采购终止或废标",
    Kind.SEAT: "评审抽取",
    Kind.AWARD_LETTER: "中标通知书",
    Kind.AWARD_RESULT: "评审结果告知",
    Kind.CONTRACT: "合同",
    Kind.PAYMENT: "支付",
    Kind.ENTRUSTED: "评估委托",
    Kind.SCHEME: "评估方案",
    Kind.ASSIGNMENT: "评估任务",
    Kind.RESULT: "评估结果",
    Kind.OBJECTION: "异议",
    Kind.RECTIFICATION: "整改",
    Kind.DELEGATION: "委托代理",
    Kind.SAVED_SEARCH: "订阅的公告",
}


class Channel(StrEnum):
    """How a message leaves the house. The in-site inbox needs no envelope: the message is there when the act is."""

    EMAIL = "email"
    SMS = "sms"

    @property
    def zh(self) -> str:
        return {Channel.EMAIL: "电子邮件", Channel.SMS: "短信"}[self]


class Timing(StrEnum):
    """When a person wants its e-mail. What the law asks to be told comes at once, whatever is chosen."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"

    @property
    def zh(self) -> str:
        return {Timing.AT_ONCE: "随时发送", Timing.DAILY: "每天 08:00 汇总发送", Timing.NEVER: "只在站内查看"}[self]


class Delivery(StrEnum):
    """How far an envelope has come.

    SENDING is held by one worker until its lease ends. UNANSWERED left the house, and the worker died before it heard the
    answer: it is not sent again by itself, since it has most probably arrived.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNANSWERED = "unanswered"
    FAILED = "failed"
    LAPSED = "lapsed"

    @property
    def zh(self) -> str:
        return _DELIVERIES[self]


_DELIVERIES = {
    Delivery.WAITING: "待发",
    Delivery.SENDING: "发送中",
    Delivery.SENT: "已送交",
    Delivery.UNANSWERED: "已交出, 未取得答复",
    Delivery.FAILED: "未能送交",
    Delivery.LAPSED: "过期未发",
}

TROUBLED = (Delivery.FAILED, Delivery.LAPSED, Delivery.UNANSWERED)
"""Where an envelope stays until the administrator sends it again."""

_ADDRESS = re.compile(r"[^\s<>()\[\],;:'\"]+@[^\s<>()\[\],;:'\"]+|(?<!\d)1[3-9]\d{9}(?!\d)")


def unnamed(answer: str) -> str:
    """What a provider said, without the addresses and numbers in it.

    >>> unnamed("550 5.1.1 <a.b@example.cn>: no such user; 13800138000")
    '550 5.1.1 <…>: no such user; …'
    """
    return _ADDRESS.sub("…", answer)

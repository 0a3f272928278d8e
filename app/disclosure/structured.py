"""Structured data 结构化数据: what a page says, in the words of schema.org, for machines that read pages (JSON-LD).

Only what the page itself shows, and of persons nothing. A block of data is no script: nothing in it is executed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from app.disclosure.filters import REGIONS
from app.disclosure.models import NoticeRow

Data = dict[str, Any]
HOUSE = "政府购买社会工作服务信息公开"


def site() -> Data:
    """The portal, and how it is searched."""
    found = url_for("disclosure.notices", q="QUERY", _external=True).replace("QUERY", "{search_term_string}")
    return _of(
        "WebSite", name=HOUSE, url=_at("disclosure.index"), inLanguage="zh-CN",
        potentialAction={
            "@type": "SearchAction", "target": {"@type": "EntryPoint", "urlTemplate": found},
            "query-input": "required name=search_term_string",
        },
    )  # fmt: skip


def procurement(title: str, ocid: str, notices: Sequence[NoticeRow]) -> Data:
    """A service that a public body buys: who buys, for whom, where, and everything that was published of it."""
    first = notices[0]
    carried = next((row.supplier for row in reversed(notices) if row.supplier), "")
    return _of(
        "GovernmentService", name=title, identifier=ocid, url=_at("disclosure.show", ocid=ocid), inLanguage="zh-CN",
        serviceType=first.service_field.zh if first.service_field else None,
        areaServed={"@type": "AdministrativeArea", "name": REGIONS[first.jurisdiction]} if first.jurisdiction in REGIONS else None,
        provider={"@type": "GovernmentOrganization", "name": first.buyer},
        serviceOperator={"@type": "Organization", "name": carried} if carried else None,
        subjectOf=[
            {
                "@type": "DigitalDocument", "name": row.name, "identifier": f"{row.ocid}/{row.id}",
                "datePublished": row.published_at.isoformat(), "url": _at("disclosure.notice", ocid=row.ocid, number=row.id),
            }
            for row in notices
        ],
    )  # fmt: skip


def agency(name: str, uscc: str) -> Data:
    """An agency that serves."""
    return _of("Organization", name=name, identifier=uscc, url=_at("disclosure.agency", uscc=uscc))


def catalogue(sets: Iterable[tuple[str, str, str, Sequence[tuple[str, str]]]]) -> Data:
    """What is offered as data. ``sets``: (name, what it holds, its page, ((mimetype, address), …))."""
    return _of(
        "DataCatalog", name=f"{HOUSE}: 开放数据", url=_at("disclosure.offered"), inLanguage="zh-CN",
        dataset=[
            {
                "@type": "Dataset", "name": name, "description": holds, "url": page, "isAccessibleForFree": True,
                "distribution": [{"@type": "DataDownload", "encodingFormat": kind, "contentUrl": address} for kind, address in files],
            }
            for name, holds, page, files in sets
        ],
    )  # fmt: skip


def _of(kind: str, **said: Any) -> Data:
    return {"@context": "https://schema.org", "@type": kind, **{name: value for name, value in said.items() if value is not None}}


def _at(endpoint: str, **parts: Any) -> str:
    return url_for(endpoint, **parts, _external=True)

"""Fields of service 服务领域: whom or what a bought social-work service is for. One of them stands in a tender's notice.

The words follow the guiding lists of services 政府购买服务指导性目录 and the fields that 民政 counts social workers in; what fits
none of them is 其他. Nothing in law hangs on it: it is how people find what concerns them.
"""

from __future__ import annotations

from enum import StrEnum


class ServiceField(StrEnum):
    """The field of a service. The value stands in addresses, case files and the database."""

    CHILDREN = "children"
    YOUTH = "youth"
    WOMEN = "women"
    FAMILY = "family"
    ELDERS = "elders"
    DISABILITY = "disability"
    VETERANS = "veterans"
    RELIEF = "relief"
    STATION = "station"
    COMMUNITY = "community"
    RURAL = "rural"
    MIGRANTS = "migrants"
    CORRECTION = "correction"
    DRUGS = "drugs"
    JUSTICE = "justice"
    MENTAL_HEALTH = "mental_health"
    MEDICAL = "medical"
    SCHOOL = "school"
    ENTERPRISE = "enterprise"
    EMERGENCY = "emergency"
    VOLUNTEERS = "volunteers"
    OTHER = "other"

    @property
    def zh(self) -> str:
        return _ZH[self]


_ZH = {
    ServiceField.CHILDREN: "儿童和未成年人保护",
    ServiceField.YOUTH: "青少年事务",
    ServiceField.WOMEN: "妇女",
    ServiceField.FAMILY: "婚姻家庭",
    ServiceField.ELDERS: "老年人和养老",
    ServiceField.DISABILITY: "残疾人",
    ServiceField.VETERANS: "退役军人和优抚",
    ServiceField.RELIEF: "社会救助",
    ServiceField.STATION: "社工站（综合服务）",
    ServiceField.COMMUNITY: "社区建设和社区治理",
    ServiceField.RURAL: "乡村振兴",
    ServiceField.MIGRANTS: "流动人口和新市民",
    ServiceField.CORRECTION: "社区矫正和安置帮教",
    ServiceField.DRUGS: "禁毒戒毒",
    ServiceField.JUSTICE: "司法和信访",
    ServiceField.MENTAL_HEALTH: "精神卫生和心理健康",
    ServiceField.MEDICAL: "医务",
    ServiceField.SCHOOL: "学校",
    ServiceField.ENTERPRISE: "企业和职工",
    ServiceField.EMERGENCY: "应急和减灾",
    ServiceField.VOLUNTEERS: "志愿服务",
    ServiceField.OTHER: "其他",
}


def service_field_named(text: str) -> ServiceField:
    """The field of that value or Chinese name. Raises ValueError.

    >>> service_field_named("禁毒戒毒"), service_field_named("drugs")
    (<ServiceField.DRUGS: 'drugs'>, <ServiceField.DRUGS: 'drugs'>)
    """
    for field in ServiceField:
        if text in (field.value, field.zh):
            return field
    raise ValueError(f"没有这个服务领域, 可用: {'、'.join(field.zh for field in ServiceField)}")

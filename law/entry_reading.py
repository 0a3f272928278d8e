"""Reading an entry 读取补录: from a TOML file or a form, with everything that is wrong with it said at once.

    [source]                                     # where it is written, always
    title  = "国务院办公厅关于2027年部分节假日安排的通知"
    number = "国办发明电〔2026〕9号"
    issuer = "国务院办公厅"
    issued = 2026-11-20
    url    = "https://www.gov.cn/…"

and one of

    [year]                                       [threshold]                  [value]
    year = 2027                                  place = "henan"              place = "national"
    [[year.holiday]]                             level = "city"               id    = "tendering_period"
    zh = "春节"                                  kind  = "open_tender"        since = 2027-01-01
    from = 2027-02-05                            goods = "services"           value = 20
    to = 2027-02-11                              yuan  = 4_000_000            article = "第三十五条"
    make_up = [2027-02-14]                       since = 2027-01-01

The public holidays 法定节假日 of a span are taken from the calendar where it is known; otherwise ``statutory`` names them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from kernel.refusal import BadInput, Finding
from law.entry import NATION, Entry, Kind, Source, missing_festivals
from law.holiday import arrangement, festivals
from law.jurisdiction import GOODS, KINDS, LEVELS, known
from law.parameter import UNITS, histories
from law.table import names

YEARS = range(2019, 2101)
LONGEST = 15
"""Days that no holiday span exceeds: a longer one is a slip of the pen."""

_SOURCE = {"title": "文件名称", "number": "文号", "issuer": "发布机关", "issued": "发布日期", "url": "官方网址"}


def read_entry(told: Mapping[str, Any]) -> Entry:
    """The entry of a file or form. Raises BadInput with all findings, each at its field."""
    wrong: list[Finding] = []
    kinds = [kind for kind in Kind if kind.value in told]
    if len(kinds) != 1 or not isinstance(told[kinds[0].value], Mapping):
        raise BadInput([Finding("", "须写明 year、threshold、value 三者之一", have="、".join(kinds) or "没有")], "补录无法识别")
    if stray := sorted(set(told) - {"source", kinds[0].value}):
        wrong.append(Finding("", "有无法识别的内容", have="、".join(stray)))
    source = _source(told.get("source"), wrong)
    part = told[kinds[0].value]
    folder, name, key, body = {Kind.YEAR: _year, Kind.THRESHOLD: _threshold, Kind.VALUE: _value}[kinds[0]](part, wrong)
    if wrong or source is None:
        raise BadInput(wrong, "补录填写有误")
    return Entry(folder, name, key, body, source)


def _source(told: Any, wrong: list[Finding]) -> Source | None:
    told = told if isinstance(told, Mapping) else {}
    texts = {name: str(told.get(name, "")).strip() for name in _SOURCE}
    for name, zh in _SOURCE.items():
        if not texts[name]:
            wrong.append(Finding(f"source_{name}", f"请填写来源的{zh}"))
        elif len(texts[name]) > 200:
            wrong.append(Finding(f"source_{name}", f"{zh}过长", need="不超过200字"))
    if texts["url"] and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", texts["url"]):
        wrong.append(Finding("source_url", "官方网址须以 https:// 或者 http:// 开头", have=texts["url"][:60]))
    if re.search(r"[；;、\s]", texts["number"]):
        wrong.append(Finding("source_number", "文号须为一个, 中间没有空格和分隔符", have=texts["number"][:60]))
    issued = _date(texts["issued"], "source_issued", "发布日期", wrong) if texts["issued"] else None
    return Source(texts["title"], texts["number"], texts["issuer"], issued, texts["url"]) if issued else None


# --- a year -----------------------------------------------------------------------------------------------------------------

Read = tuple[str, str, str, dict[str, Any]]


def _year(told: Mapping[str, Any], wrong: list[Finding]) -> Read:
    before = len(wrong)
    year = _whole(told.get("year"), "year", "年度", wrong)
    if year and year not in YEARS:
        wrong.append(Finding("year", "年度超出范围", have=year, need=f"{YEARS[0]}—{YEARS[-1]}"))
        year = 0
    written = told.get("holiday") or ()
    if not written:
        wrong.append(Finding("holidays", "请填写放假安排"))
    held = [each for nr, one in enumerate(written, 1) if (each := _holiday(one, nr, year, wrong))] if year else []
    if held and len(wrong) == before:
        wrong.extend(_against_each_other(year, held))
    body = [
        {**each, "from": each["from"].isoformat(), "to": each["to"].isoformat(),
         "statutory": [day.isoformat() for day in each["statutory"]], "make_up": [day.isoformat() for day in each["make_up"]]}
        for each in sorted(held, key=lambda each: each["from"])
    ]  # fmt: skip
    return "holidays", str(year), "", {"holiday": body}


def _holiday(one: Any, nr: int, year: int, wrong: list[Finding]) -> dict[str, Any] | None:
    zh = str(one.get("zh", "")).strip()
    where = f"第{nr}个假期{f'“{zh[:20]}”' if zh else ''}"
    before = len(wrong)
    if not zh or len(zh) > 20:
        wrong.append(Finding("holidays", f"{where}: 请写明名称, 不超过20字"))
    first = _date(one.get("from"), "holidays", f"{where}的起日", wrong)
    last = _date(one.get("to"), "holidays", f"{where}的止日", wrong)
    make_up = [_date(day, "make_up", f"{where}的补班日", wrong) for day in one.get("make_up") or ()]
    if len(wrong) > before or first is None or last is None:
        return None
    if last < first or (last - first).days >= LONGEST:
        wrong.append(Finding("holidays", f"{where}: 止日须不早于起日, 且不超过{LONGEST}日", have=f"{first}至{last}"))
        return None
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    given = [_date(day, "holidays", f"{where}的法定节假日", wrong) for day in one.get("statutory") or ()]
    statutory = [day for day in given if day] or _statutory_in(year, span)
    if not statutory:
        wrong.append(Finding("holidays", f"{where}: 期间内没有已知的法定节假日, 请核对日期, 或者写明“法定”和日期"))
    return {"zh": zh, "from": first, "to": last, "statutory": sorted(statutory), "make_up": sorted(day for day in make_up if day)}


def _statutory_in(year: int, span: Sequence[date]) -> list[date]:
    held = arrangement(year)
    public = held.statutory if held else frozenset(festivals(year))
    return [day for day in span if day in public]


def _against_each_other(year: int, held: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """What the days of a year have against each other, all of it."""
    found: list[Finding] = []
    off: dict[date, str] = {}
    for each in held:
        day = each["from"]
        while day <= each["to"]:
            if day in off:
                found.append(Finding("holidays", f"{off[day]}与{each['zh']}重叠", have=day))
            if not date(year - 1, 12, 1) <= day <= date(year, 12, 31):
                found.append(Finding("holidays", f"{each['zh']}的日期不属于该年（元旦假期可始于上年12月）", have=day))
            off[day] = each["zh"]
            day += timedelta(days=1)
        found += [
            Finding("holidays", f"{each['zh']}的法定节假日不在放假期间内", have=day)
            for day in each["statutory"] if not each["from"] <= day <= each["to"]
        ]  # fmt: skip
    worked = [day for each in held for day in each["make_up"]]
    for day in sorted(set(worked)):
        if day.weekday() < 5 or day in off:
            found.append(Finding("make_up", "补班日须为没有放假的周六、周日", have=day))
        if worked.count(day) > 1:
            found.append(Finding("make_up", "补班日重复", have=day))
        if not date(year - 1, 12, 1) <= day <= date(year, 12, 31):
            found.append(Finding("make_up", "补班日不属于该年", have=day))
    if left := missing_festivals(year, [day for each in held for day in each["statutory"]]):
        found.append(Finding("holidays", "缺少法定节假日", have="、".join(left)))
    return found


def year_from_lines(holidays: str, make_up: str) -> tuple[list[dict[str, Any]], list[Finding]]:
    """The spans and make-up days of a form: ``春节 2027-02-05 2027-02-11`` and ``2027-02-14 春节``, a line each.

    After 法定 the public holidays may be named; a make-up day without a name goes to the holiday nearest to it.
    """
    found: list[dict[str, Any]] = []
    wrong: list[Finding] = []
    for nr, words in _lines(holidays):
        own, _, public = (part.split() for part in " ".join(words).partition("法定"))
        days = [word for word in own if word[0].isdigit()]
        zh = "".join(word for word in own if not word[0].isdigit() and word not in ("至", "到", "—", "-"))
        if not zh or not 1 <= len(days) <= 2:
            wrong.append(Finding("holidays", f"第{nr}行: 须写作“春节 2027-02-05 2027-02-11”", have=" ".join(words)[:60]))
            continue
        found.append({"zh": zh, "from": days[0], "to": days[-1], "statutory": public, "make_up": []})
    for nr, words in _lines(make_up):
        name = "".join(words[1:])
        home = next((each for each in found if each["zh"] == name), None) if name else _nearest(found, words[0])
        if home is None:
            wrong.append(Finding("make_up", f"第{nr}行: 须写作“2027-02-14 春节”, 名称与上面的假期一致", have=" ".join(words)[:60]))
            continue
        home["make_up"].append(words[0])
    return found, wrong


def _lines(text: str) -> list[tuple[int, list[str]]]:
    tidy = text.translate(str.maketrans("、,，:：", "     "))
    return [(nr, line.split()) for nr, line in enumerate(tidy.splitlines(), 1) if line.strip()]


def _nearest(found: Sequence[dict[str, Any]], written: str) -> dict[str, Any] | None:
    try:
        day = date.fromisoformat(written)
        return min(found, key=lambda each: abs((date.fromisoformat(each["from"]) - day).days))
    except ValueError:
        return None


# --- a threshold, a value -------------------------------------------------------------------------------------------------


def _threshold(told: Mapping[str, Any], wrong: list[Finding]) -> Read:
    place = _one_of(told.get("place"), names("jurisdictions"), "place", "地区", wrong)
    body: dict[str, Any] = {
        name: _one_of(told.get(name), tuple(allowed), name, zh, wrong)
        for name, allowed, zh in (("level", LEVELS, "预算级次"), ("kind", KINDS, "标准"), ("goods", GOODS, "采购对象"))
    }
    body["yuan"] = _whole(told.get("yuan"), "yuan", "金额（元）", wrong)
    if not 0 < body["yuan"] <= 10**12 and not any(each.field == "yuan" for each in wrong):
        wrong.append(Finding("yuan", "金额须大于0, 且不超过一万亿元", have=body["yuan"]))
    since = _date(told.get("since"), "since", "起始日", wrong)
    until = _date(told["until"], "until", "截止日", wrong) if told.get("until") else None
    if since and until and until < since:
        wrong.append(Finding("until", "截止日早于起始日", have=until, need=f"不早于{since}"))
    body |= {"since": str(since)} | ({"until": str(until)} if until else {}) | _article(told)
    return "jurisdictions", place, "threshold", body


def _value(told: Mapping[str, Any], wrong: list[Finding]) -> Read:
    place = _one_of(told.get("place"), names("jurisdictions"), "place", "地区", wrong)
    national = place == NATION
    id = _one_of(told.get("id"), tuple(histories() if national else known()), "id", "名称", wrong)
    since = _date(told.get("since"), "since", "起始日", wrong)
    value = _written_value(told.get("value"), known()[id].values[0].unit, wrong) if id else 0
    body = {"since": str(since), "value": value} | _article(told)
    return ("parameters", "", id, body) if national else ("jurisdictions", place, id, body)


def _written_value(told: Any, unit: str, wrong: list[Finding]) -> int | str:
    """A value as the tables write it: whole numbers; a share as text, exact."""
    text = str(told if told is not None else "").strip().replace(",", "")
    if unit == "share":
        try:
            share = Fraction(text.rstrip("%％")) / (100 if text.endswith(("%", "％")) else 1)
        except (ValueError, ZeroDivisionError):
            share = Fraction(-1)
        if 0 <= share <= 1 and share.denominator <= 10_000 and len(text) <= 12:
            return str(share)
        wrong.append(Finding("value", "比例须写作 2/3、0.10 或者 10%, 不小于零、不超过一", have=text[:30] or "空"))
        return "0"
    if re.fullmatch(r"[0-9]{1,12}", text):
        return int(text)
    zh = UNITS.get(unit, "")
    wrong.append(Finding("value", f"须为非负整数{f'（单位: {zh}）' if zh else ''}", have=text[:30] or "空"))
    return 0


def _article(told: Mapping[str, Any]) -> dict[str, str]:
    article = str(told.get("article") or "").strip()[:40]
    return {"article": article} if article else {}


def _one_of(told: Any, allowed: Sequence[str], field: str, zh: str, wrong: list[Finding]) -> str:
    text = str(told or "").strip()
    if text in allowed:
        return text
    need = f"{'、'.join(allowed)} 之一" if len(allowed) <= 12 else "已有的名称（flask law show 编号, 或者在页面上选择）"
    wrong.append(Finding(field, f"{zh}无法识别" if text else f"请填写{zh}", have=text[:40] or None, need=need))
    return ""


def _whole(told: Any, field: str, zh: str, wrong: list[Finding]) -> int:
    text = str(told if told is not None else "").strip().replace(",", "").replace("_", "")
    if re.fullmatch(r"[0-9]{1,15}", text):
        return int(text)
    wrong.append(Finding(field, f"{zh}须为整数" if text else f"请填写{zh}", have=text[:30] or None))
    return 0


def _date(told: Any, field: str, zh: str, wrong: list[Finding]) -> date | None:
    try:
        return date.fromisoformat(str(told if told is not None else "").strip())
    except ValueError:
        wrong.append(Finding(field, f"{zh}须写作 2027-01-01 这样的日期", have=str(told or "")[:30] or None))
        return None

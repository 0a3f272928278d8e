"""Frozen 签名后不可更改: the database itself refuses to change a signed sheet or any mark on it."""

from __future__ import annotations

from app.transparency.protection import Protection
from app.transparency.written import not_replaced

_SIGNED = "EXISTS (SELECT 1 FROM evaluation_sheets s WHERE s.id = {row}.sheet_id AND s.signed_at IS NOT NULL)"


def _sqlite() -> tuple[str, ...]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'a signed sheet is never changed'); END"
    marks = tuple(
        f"CREATE TRIGGER signed_marks_are_frozen_{act.lower()} BEFORE {act} ON evaluation_marks"
        f" WHEN {_SIGNED.format(row=row)} {refuse}"
        for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    )
    sheets = tuple(
        f"CREATE TRIGGER signed_sheets_are_frozen_{act.lower()} BEFORE {act} ON evaluation_sheets"
        f" WHEN OLD.signed_at IS NOT NULL {refuse}"
        for act in ("UPDATE", "DELETE")
    )
    moved = (
        f"CREATE TRIGGER signed_sheets_take_no_marks BEFORE UPDATE ON evaluation_marks"
        f" WHEN {_SIGNED.format(row='NEW')} {refuse}"
    )
    return (*marks, *sheets, moved, not_replaced("evaluation_sheets", "id", "a signed sheet is never changed", "signed_at"))


_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION signed_marks_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP <> 'INSERT' AND {_SIGNED.format(row="OLD")} THEN RAISE EXCEPTION 'a signed sheet is never changed'; END IF;
IF TG_OP <> 'DELETE' AND {_SIGNED.format(row="NEW")} THEN RAISE EXCEPTION 'a signed sheet is never changed'; END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW; END $$""",
    """CREATE TRIGGER signed_marks_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON evaluation_marks
FOR EACH ROW EXECUTE FUNCTION signed_marks_are_frozen()""",
    """CREATE OR REPLACE FUNCTION signed_sheets_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'a signed sheet is never changed'; END $$""",
    """CREATE TRIGGER signed_sheets_are_frozen BEFORE UPDATE OR DELETE ON evaluation_sheets
FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION signed_sheets_are_frozen()""",
)


PROTECTION = Protection(
    "evaluation_sheets", frozenset({"evaluation_sheets", "evaluation_marks"}), _sqlite(), _POSTGRESQL
)

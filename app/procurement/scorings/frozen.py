"""Frozen 签字后不可更改: the database itself refuses to change what was signed. A correction stands beside the signed value."""

from __future__ import annotations

from app.transparency.protection import Protection
from app.transparency.written import not_replaced

_SIGNED = "EXISTS (SELECT 1 FROM score_sheets s WHERE s.id = {row}.sheet_id AND s.signed_at IS NOT NULL)"
_REPORTED = (
    "EXISTS (SELECT 1 FROM score_sheets s JOIN rankings r ON r.ocid = s.ocid"
    " WHERE s.id = {row}.sheet_id AND r.signed_at IS NOT NULL)"
)
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'a signed score sheet is never changed'); END"
_AS_SIGNED = ("sheet_id", "bid_id", "part", "value", "reason")
"""What a correction leaves as it is; only ``corrected`` and ``correction`` may be written after the signature."""

_SQLITE = (
    f"CREATE TRIGGER signed_marks_are_not_added BEFORE INSERT ON marks WHEN {_SIGNED.format(row='NEW')} {_REFUSE}",
    f"CREATE TRIGGER signed_marks_are_not_changed BEFORE UPDATE OF {', '.join(_AS_SIGNED)} ON marks"
    f" WHEN {_SIGNED.format(row='OLD')} OR {_SIGNED.format(row='NEW')} {_REFUSE}",
    f"CREATE TRIGGER marks_are_corrected_until_the_report BEFORE UPDATE OF corrected, correction ON marks"
    f" WHEN {_REPORTED.format(row='OLD')} {_REFUSE}",
    f"CREATE TRIGGER signed_marks_are_not_deleted BEFORE DELETE ON marks WHEN {_SIGNED.format(row='OLD')} {_REFUSE}",
    f"CREATE TRIGGER signed_sheets_stay_signed BEFORE UPDATE ON score_sheets WHEN OLD.signed_at IS NOT NULL {_REFUSE}",
    f"CREATE TRIGGER signed_sheets_are_not_deleted BEFORE DELETE ON score_sheets WHEN OLD.signed_at IS NOT NULL {_REFUSE}",
    not_replaced("score_sheets", "id", "a signed score sheet is never changed", "signed_at"),
)

_CHANGED = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _AS_SIGNED)

_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION signed_scores_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'INSERT' THEN
  IF {_SIGNED.format(row="NEW")} THEN RAISE EXCEPTION 'a signed score sheet is never changed'; END IF;
  RETURN NEW;
END IF;
IF TG_OP = 'UPDATE' AND {_REPORTED.format(row="OLD")} THEN RAISE EXCEPTION 'a signed score sheet is never changed'; END IF;
IF TG_OP = 'UPDATE' AND NOT ({_CHANGED}) THEN RETURN NEW; END IF;
IF TG_OP = 'UPDATE' AND {_SIGNED.format(row="NEW")} THEN RAISE EXCEPTION 'a signed score sheet is never changed'; END IF;
IF {_SIGNED.format(row="OLD")} THEN RAISE EXCEPTION 'a signed score sheet is never changed'; END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW; END $$""",
    """CREATE TRIGGER signed_scores_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON marks
FOR EACH ROW EXECUTE FUNCTION signed_scores_are_frozen()""",
    """CREATE OR REPLACE FUNCTION signed_score_sheets_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'a signed score sheet is never changed'; END $$""",
    """CREATE TRIGGER signed_score_sheets_stay BEFORE UPDATE OR DELETE ON score_sheets
FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION signed_score_sheets_stay()""",
)


PROTECTION = Protection("score_sheets", frozenset({"score_sheets", "marks", "rankings"}), _SQLITE, _POSTGRESQL)

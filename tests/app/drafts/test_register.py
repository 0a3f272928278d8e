"""Every form that takes long is autosaved, or the reason stands here."""

from __future__ import annotations

from pathlib import Path

from wtforms import PasswordField, TextAreaField

from app.web.forms import RoomForm
from tests.app.drafts.places import FORMS

ELSEWISE = {
    "tenders.CaseForm": "the part that two forms share",
    "assignments.DeclareForm": "a tick, and a note where there is a conflict; read and signed in one go",
    "committees.DeclareForm": "the same before the review of bids",
    "openings.FailForm": "a ground from the list and its sentence, at the opening itself",
    "awards.NextForm": "one sentence in a fold of the award's page",
    "contracts.RenewForm": "a decision and its sentence in a fold of the contract's page",
    "contracts.SettleForm": "an amount and its sentence in a fold of the contract's page",
    "contracts.SupplementForm": "an amount and its sentence in a fold of the contract's page",
    "lawdesk.CheckForm": "public, and promises that nothing is kept",
    "lawdesk.ScoringForm": "the same",
    "lawdesk.YearForm": "copied from a published notice that lies beside it, and shown before it is sent",
    "lawdesk.ThresholdForm": "the same",
    "lawdesk.ValueForm": "the same",
    "lawdesk.RejectForm": "one sentence beside the entry that is not approved",
    "web.SampleForm": "stands on the page of components and does nothing",
}
BY_HAND = {
    # template with a paragraph of its own      how it is kept, or why not
    "procurement/bids/form.html": "data-autosave",
    "procurement/scorings/sheet.html": "data-autosave",
    "evaluation/sheets/show.html": "data-autosave",
    "procurement/scorings/ranking.html": "the reason of one mark, in a fold, after all have signed",
    "procurement/qualifications/parts.html": "openings.FailForm, drawn there",
    "procurement/contracts/show.html": "contracts.SettleForm, in its fold",
    "lawdesk/parts.html": "questions to the law desk: public, in the address, nothing kept",
}
LONG = 6
"""Fields from which on a form takes long without a paragraph to write."""


def test_every_form_that_takes_long_is_autosaved_or_says_why_not(app) -> None:
    takes_long = {room_of(form): form for form in every(RoomForm) if is_long(form)}
    autosaved = {name for name, form in takes_long.items() if form.autosaved} - {"tenders.CaseForm"}

    assert set(takes_long) - autosaved <= set(ELSEWISE)
    assert autosaved == set(FORMS), "each is met by the test above"
    assert all(form.autosaved is (room_of(form) in {*FORMS, "tenders.CaseForm"}) for form in every(RoomForm))


def test_every_paragraph_drawn_by_hand_is_autosaved_or_says_why_not(app) -> None:
    folder = Path(app.root_path) / app.template_folder
    found = {str(each.relative_to(folder)): each.read_text("utf-8") for each in folder.rglob("*.html")}
    assert {name for name, text in found.items() if "<textarea" in text} == set(BY_HAND)
    for name, how in BY_HAND.items():
        assert ("data-autosave" in found[name]) is (how == "data-autosave"), name


def test_no_form_with_a_password_is_autosaved(app) -> None:
    for form in every(RoomForm):
        assert not (form.autosaved and any(kind is PasswordField for kind in kinds(form)))


def every(form: type[RoomForm]) -> set[type[RoomForm]]:
    """The forms of the product below ``form``; not those that a test made."""
    found = {each for each in form.__subclasses__() if each.__module__.startswith("app.")}
    return found.union(*(every(each) for each in found))


def kinds(form: type[RoomForm]) -> list[type]:
    fields = (getattr(form, name) for name in dir(form) if not name.startswith("_"))
    return [each.field_class for each in fields if hasattr(each, "field_class")]


def is_long(form: type[RoomForm]) -> bool:
    return TextAreaField in kinds(form) or len(kinds(form)) > LONG


def room_of(form: type[RoomForm]) -> str:
    return f"{form.__module__.split('.')[-2]}.{form.__name__}"

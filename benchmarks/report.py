"""An evaluation report of twelve pages or more from facts to PDF bytes, against bare WeasyPrint on the same HTML.

What the subject does beyond the floor: composes the document, draws the charts, fills the template, and tags the PDF for
screen readers. Fonts are the same files on both sides.
"""

from __future__ import annotations

from benchmarks.frame import Bound, Figure, compare

LEAST_PAGES = 12


def figures(rounds: int) -> list[Figure]:
    import weasyprint

    from reports.compose.evaluation_report import evaluation_report
    from reports.pdf import closed_fetcher, document_html, make_pdf
    from tests.builders.reports import evaluation_facts

    facts = evaluation_facts()
    html = document_html(evaluation_report(facts))
    fetcher = closed_fetcher()
    pages = len(weasyprint.HTML(string=html, url_fetcher=fetcher).render().pages)
    if pages < LEAST_PAGES:
        raise AssertionError(f"the report has shrunk to {pages} pages: the figure would flatter us")

    return [
        compare(
            "report",
            floor=("bare WeasyPrint on the same HTML", lambda: weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf()),
            subject=(f"facts to PDF, {pages} pages", lambda: make_pdf(evaluation_report(facts))),
            bound=Bound(1.2),
            rounds=rounds,
        )
    ]

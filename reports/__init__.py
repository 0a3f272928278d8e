"""Reports 报告: facts in, files out. ``document.py`` says what a document is, ``compose/`` says what it tells,
``pdf.py`` and ``workbook.py`` say how it is written; the renderers know no subject."""

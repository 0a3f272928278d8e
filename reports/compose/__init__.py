"""Composers: one module per document of the field; frozen facts in, a ``Document`` or a ``Workbook`` out."""

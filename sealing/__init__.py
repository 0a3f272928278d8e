"""Sealed bids 密封投标: what a bidder's machine locks and only the openers together unlock. Auditable by itself.

Imports nothing of the product and only ``cryptography``. Every object is described byte by byte in ``docs/sealing.md``;
``python -m sealing`` seals, opens, verifies, blames and drills without the product, its database or a network.

    canonical   JSON with one spelling            package     files → one padded stream → chunks
    suite       the algorithms, as a port         letter      shares, letters, locks, commitments
    context     which bid of whom, version, envelope   manifest, submission
    rule        who may open together             keyfile     an opener's keys on a stick
    merkle, note, receipt                         blame       whose fault it is that a bid does not open
"""

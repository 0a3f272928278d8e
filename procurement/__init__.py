"""Government purchase of services 政府采购, pure: from the supplier file to the contract, by the law of the day.

Facts come in frozen, findings and verdicts go out. One module per concept, in the order of the procedure; a stage may
look back, never ahead. No web, no database, no clock.
"""

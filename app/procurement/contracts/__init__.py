"""合同: draw up, sign, pay, apply an evaluation, renew year by year."""

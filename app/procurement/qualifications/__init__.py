"""资格审查: the buyer's review of the bidders after the opening (财政部令第87号 第四十四条)."""

"""评标委员会: the pool, the draw, declarations, and what the committee reviews together (财政部令第87号 第四十五条 to 第五十条)."""

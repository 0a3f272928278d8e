"""Score sheets 评分表: one per evaluator, nobody else's until all are signed."""

"""Results 评估结果: computed, heard, published, final, applied."""

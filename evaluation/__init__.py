"""Evaluation 评估: from subject to result, pure. 立项评估 before the money is committed, 绩效评估 during and after.

Looks back at kernel, law and rubric; never at procurement: what a contract says is handed over as facts.
"""

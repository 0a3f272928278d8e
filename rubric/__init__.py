"""Rubrics 评分标准: a tree of criteria whose leaves carry a rule, scored by several raters, folded into one number.

A tender's scoring table 评分表, a 立项评估 form and a 绩效评估 indicator system are the same object; this package is its
engine. ``rule`` gives points, ``criterion`` holds the tree, ``sheet`` the marks, ``aggregation`` folds them, ``grade``
names the result, ``fault`` says what is wrong in a rubric, ``reading`` turns YAML into all of these.
"""

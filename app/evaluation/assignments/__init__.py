"""Assignments 评估任务: who evaluates, declared and free of ties."""

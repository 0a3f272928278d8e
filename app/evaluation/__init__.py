"""The evaluation wing of the shell: rubrics, schemes, assignments, sheets, results."""

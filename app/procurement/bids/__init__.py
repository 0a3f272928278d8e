"""投标: submit, replace and withdraw until the deadline; nobody else sees them before the opening."""

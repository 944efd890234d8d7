"""Errors, text, the label scheme and configuration: what every other part may use."""

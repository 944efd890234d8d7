"""Claims: sentences that state the same thing, and what each does with it."""

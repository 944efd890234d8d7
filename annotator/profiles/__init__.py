"""How a source words things, counted: pure, without a store, a screen, a score or a rank."""

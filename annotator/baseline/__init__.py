"""What a machine says of a sentence before any label teaches it: the sentiment baseline."""

"""Label how news is worded, sentence by sentence, in a terminal."""

__version__ = "0.1.0"

"""From bytes to units to label: reading, decoding, language, blocks, sentences, duplicates."""

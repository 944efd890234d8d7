"""What labels and suggestions are worth: scores, intervals and how sentences are drawn."""

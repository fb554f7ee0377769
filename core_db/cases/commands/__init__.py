"""The verbs of a case, one function each."""

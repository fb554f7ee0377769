"""Feedback: what people think of the platform itself. It is for the operator, not a case of a neighbourhood's."""

"""What the JSON API takes and answers, as its document says it."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """Parent of bodies and answers.

    What checks one is made when the first of its kind comes. An answer's is for the document alone, and never asked.
    """

    model_config = ConfigDict(defer_build=True)

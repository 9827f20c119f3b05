"""The passages of the handbook, and questions with the passage that answers them."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent


def read_passages() -> dict[str, str]:
    """The text of each section, by its title."""
    _, *sections = (FOLDER / "handbook.md").read_text().split("\n## ")
    parts = [section.split("\n", 1) for section in sections]
    return {title: " ".join(text.split()) for title, text in parts}


def read_questions() -> dict[str, str]:
    """The title of the right passage, by question."""
    return {each["question"]: each["passage"] for each in json.loads((FOLDER / "questions.json").read_text())}

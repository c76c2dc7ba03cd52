"""The rows of the list as they were drawn: a row is drawn again when its record, or the story, has changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from starsend.console.pages.rendering import environment
from starsend.console.views.rows import row_view
from starsend.console.views.story import Story
from starsend.store.summary import Summary


@dataclass
class DrawnRows:
    """Rows by project and slate. Safe for threads: the worst that two at once do is to draw a row twice.

    Memory: some 900 bytes a row that was ever shown.
    """

    _held: dict[tuple[str, str], tuple[Summary, Story, Markup]] = field(default_factory=dict)

    def row(self, project: str, name: str, row: Summary, story: Story) -> Markup:
        """One row."""
        held = self._held.get((project, name))
        if held is not None and held[0] is row and held[1] is story:
            return held[2]
        shown = row_view(name, row, story, project)
        drawn = Markup(environment().get_template("dailies_row.html").render(row=shown))  # noqa: S704 - a template's
        self._held[project, name] = (row, story, drawn)
        return drawn

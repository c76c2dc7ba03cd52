"""ElementManager: the elements of a project as the video model wants them, checked before anything is paid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from starsend.errors import PlanError
from starsend.model.plan import Element, Plan
from starsend.model.plan_binding import Binding, bind
from starsend.providers.kling_input import element_entry

if TYPE_CHECKING:
    from starsend.catalogue.entries import ReferenceImages


@dataclass(frozen=True)
class UnfitImage:
    """An image of an element that can't be sent: whose, as the plan writes it, and what is wrong."""

    element: str
    image: str
    message: str


class ElementManager:
    """Knows the elements of projects.

    Args:
        find_project: Gives a project's plan and its folder (``projects/<project>``).
    """

    def __init__(self, find_project: Callable[[str], tuple[Plan, Path]]) -> None:
        self._find = find_project

    def build_fal_elements(self, elements: Sequence[str], project_id: str) -> list[dict[str, Any]]:
        """Build the ``elements`` of a fal request, with local paths in place of URLs: the adapter uploads.

        Elements without images are left out: they are plain words. Where there is no frontal image the first
        reference serves; where there is only one image it serves as both, since fal asks for one of each.

        Args:
            elements: Ids in order of priority; the first becomes ``@Element1``.
            project_id: Whose elements they are.

        Returns:
            ``{"frontal_image_url": path, "reference_image_urls": [paths]}`` for each, in order.

        Raises:
            UnknownName: If the project has no such element.
            PlanError: If an image leaves the project folder.
        """
        plan, folder = self._find(project_id)
        found = [plan.element(name) for name in elements]
        return [_fal_element(element, folder) for element in found if element.images]

    def bind(
        self,
        sequence_elements: Sequence[str],
        shot_prompts: Sequence[str],
        *,
        project_id: str,
        cap: int,
        mode: Literal["multi", "single", "grid"],
        slate: str,
        start_frame: bool = True,
    ) -> Binding:
        """Choose the elements of one job and rewrite its prompts; see `starsend.model.plan_binding.bind`."""
        plan, _ = self._find(project_id)
        return bind(plan, sequence_elements, shot_prompts, cap=cap, mode=mode, slate=slate, start_frame=start_frame)

    def unfit(
        self, elements: Sequence[str], project_id: str, limits: ReferenceImages | None = None
    ) -> tuple[UnfitImage, ...]:
        """List the images of elements that can't be sent; empty if all are fit. Decodes them: nothing is sent."""
        plan, folder = self._find(project_id)
        return tuple(
            UnfitImage(name, image, message)
            for name in elements
            for image in plan.element(name).images
            for message in image_faults(folder, image, limits)
        )

    def check(self, elements: Sequence[str], project_id: str, limits: ReferenceImages | None = None) -> None:
        """Refuse elements with an unfit image, before anything is paid.

        Raises:
            PlanError: ``unfit-image``, naming every one.
        """
        unfit = self.unfit(elements, project_id, limits)
        if unfit:
            raise PlanError(
                "; ".join(f"element {each.element}: {each.message.rstrip('.')}" for each in unfit),
                remedy="put a fit PNG or JPEG in its place, or take the image out of the plan",
                code="unfit-image",
            )


def inside(folder: Path, relative: str) -> Path:
    """The file that a plan's path names, as an absolute path, links followed.

    Raises:
        PlanError: ``path-leaves-project`` if it lies elsewhere, also by a link.
    """
    root = folder.resolve()
    try:
        path = (root / relative.replace("\\", "/")).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise _outside(relative) from error
    if not path.is_relative_to(root):
        raise _outside(relative)
    return path


def image_faults(folder: Path, image: str, limits: ReferenceImages | None = None) -> tuple[str, ...]:
    """All that makes an image of the plan unfit to be sent, in words; empty if it is fit."""
    from starsend.media.picture import ReferenceLimits, reference_faults  # decoders load only when asked for

    try:
        path = inside(folder, image)
    except PlanError as error:
        return (error.message,)
    if not path.is_file():
        return (f"{image} is missing",)
    if limits is None:
        return reference_faults(path)
    return reference_faults(
        path,
        ReferenceLimits(
            formats=tuple(name.upper() for name in limits.formats),
            min_side_px=limits.min_side_px,
            min_ratio=float(limits.min_ratio),
            max_ratio=float(limits.max_ratio),
            max_bytes=limits.max_bytes,
        ),
    )


def _fal_element(element: Element, folder: Path) -> dict[str, Any]:
    return element_entry([str(inside(folder, image)) for image in element.images])


def _outside(relative: str) -> PlanError:
    return PlanError(
        f"{relative} leaves the project folder",
        remedy="copy the file into the project folder, and name it from there",
        code="path-leaves-project",
    )

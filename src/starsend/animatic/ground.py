"""The ground under everything, pixel by pixel: earth, asphalt with its markings, wet shine, light that lies on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from starsend.animatic.canvas import Sheet, mix
from starsend.animatic.noise import cloud
from starsend.animatic.palette import Palette
from starsend.animatic.viewpoint import Viewpoint

Field = npt.NDArray[np.float32]

_FARTHEST_M = 900.0


@dataclass(frozen=True)
class Strip:
    """A road along z: where its middle lies at z = 0, half its width, how it bends (metres of offset to m² ahead)."""

    middle_m: float
    half_m: float
    bend: float = 0.0
    marked: bool = True
    slant: float = 0.0

    def centre(self, z: Field | float) -> Field:
        """The middle at a distance."""
        ahead = np.asarray(z, np.float32)
        return np.asarray(self.middle_m + self.slant * ahead + self.bend * ahead**2, np.float32)


class Ground:
    """World coordinates of each pixel below the horizon, and the colours laid there so far."""

    def __init__(self, view: Viewpoint, palette: Palette, chance: np.random.Generator) -> None:
        self.view, self.palette, self.chance = view, palette, chance
        self.top = int(np.clip(view.horizon_px, 0, view.height - 1))
        z, pitch = view.ground_rows()
        self.z: Field = np.clip(z[self.top :, None], 0, _FARTHEST_M)
        self.footprint: Field = np.maximum(pitch[self.top :, None], 1e-4)
        columns = np.arange(view.width, dtype=np.float32)[None] - np.float32(view.centre_x)
        across = columns * self.footprint
        turn, ahead = np.float32(np.sin(view.yaw)), np.float32(np.cos(view.yaw))
        self.x: Field = across * ahead + self.z * turn
        self.ahead: Field = self.z * ahead - across * turn if view.yaw else self.z
        self.colour: Field = np.empty((*self.x.shape, 3), np.float32)

    def earth(self, base: npt.ArrayLike, rough: float = 0.25) -> None:
        """Lay earth: lighter toward the horizon, mottled nearby."""
        base = np.asarray(base, np.float32)
        air = np.exp(-self.z / np.float32(180))[..., None]
        self.colour[:] = self.palette.haze + (base - self.palette.haze) * air
        self.colour *= (1 + (self.texture(2.2) - 0.5) * np.float32(rough * 2) * np.exp(-self.z / 60))[..., None]

    def texture(self, size_m: float) -> Field:
        """A mottle fixed to the world, with bumps of about `size_m`."""
        tile = cloud(256, 256, self.chance, 5, 1.0, 4.0)
        tile = np.vstack([np.hstack([tile, tile[:, ::-1]]), np.hstack([tile, tile[:, ::-1]])[::-1]])
        reach = np.float32(64 / size_m)
        u = np.mod(self.x * reach, 511).astype(np.float32)
        v = np.mod(np.broadcast_to(self.ahead * reach, self.x.shape), 511).astype(np.float32)
        return np.asarray(cv2.remap(tile, u, v, cv2.INTER_LINEAR), np.float32)

    def lay(self, mask: Field, colour: npt.ArrayLike) -> None:
        """Lay a colour where the mask (0 to 1) says."""
        self.colour += (np.asarray(colour, np.float32) - self.colour) * np.clip(mask, 0, 1)[..., None]

    def band(self, centre: Field, half_m: float) -> Field:
        """A mask of what lies within `half_m` of a line along z, smooth to the pixel."""
        return np.asarray(np.clip((half_m - np.abs(self.x - centre)) / self.footprint + 0.5, 0, 1), np.float32)

    def road(self, strip: Strip) -> None:
        """Lay asphalt with a worn shoulder, edge lines and a broken middle line."""
        centre = strip.centre(self.ahead)
        asphalt = mix(self.palette.shadow, self.palette.haze, 0.34) * np.float32(0.92)
        self.lay(self.band(centre, strip.half_m + 0.8) * np.float32(0.75), mix(self.palette.ground, asphalt, 0.5))
        air = np.exp(-self.z / np.float32(220))[..., None]
        mottle = (1 + (self.texture(1.1) - 0.5) * np.float32(0.35) * np.exp(-self.z / 40))[..., None]
        self.lay(self.band(centre, strip.half_m), self.palette.haze + (asphalt * mottle - self.palette.haze) * air)
        if not strip.marked:
            return
        paint = self.palette.lit((0.86, 0.84, 0.76), 0.75)
        faint = np.clip(0.3 / (self.footprint * 4), 0, 1) * np.float32(0.9)
        for side in (-1, 1):
            self.lay(self.band(centre + side * (strip.half_m - 0.35), 0.09) * faint, paint)
        dash = (np.mod(self.ahead, 9.0) < 3.6).astype(np.float32)
        self.lay(self.band(centre, 0.085) * dash * faint, self.palette.lit((0.92, 0.72, 0.28), 0.8))

    def pool(self, x: float, z: float, radius_m: float, colour: npt.ArrayLike, strength: float) -> None:
        """Throw a round pool of light on the ground."""
        reach = ((self.x - np.float32(x)) ** 2 + (self.ahead - np.float32(z)) ** 2) / np.float32(radius_m**2)
        self.colour += np.asarray(colour, np.float32) * (np.exp(-reach) * np.float32(strength))[..., None]

    def beam(self, x: float, z: float, toward: float, colour: npt.ArrayLike, strength: float) -> None:
        """Throw a lamp's cone on the ground: from (x, z) along z, `toward` 1 away from us and -1 to us."""
        ahead = (self.ahead - np.float32(z)) * np.float32(toward)
        spread = np.maximum(0.5 + ahead * np.float32(0.20), 0.2)
        cone = (
            np.exp(-(((self.x - np.float32(x)) / spread) ** 2))
            * np.exp(-np.abs(ahead) / 16)
            * np.clip(ahead * 0.7, 0, 1)
        )
        self.colour += np.asarray(colour, np.float32) * (cone * np.float32(strength))[..., None]

    def shine(self, above: npt.NDArray[np.uint8], where: Field, strength: float) -> None:
        """Mirror what stands above the horizon in wet ground: smeared down, broken by puddles."""
        rows = self.colour.shape[0]
        source = above[: self.top][::-1][:rows]
        if source.shape[0] < 4:
            return
        if source.shape[0] < rows:
            source = np.vstack([source, np.repeat(source[-1:], rows - source.shape[0], axis=0)])
        small = cv2.resize(source, (self.view.width // 4, rows // 4 + 1), interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (0, 0), 1.2, sigmaY=self.view.height / 60)
        mirror = cv2.resize(small, (self.view.width, rows), interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255
        puddle = np.clip(self.texture(3.5) * 2.4 - 0.7, 0.15, 1)
        self.colour += (mirror - self.colour * np.float32(0.35)) * (where * puddle * np.float32(strength))[..., None]

    def sheet(self, depth: float, until_m: float | None = None) -> Sheet:
        """The ground as a sheet, opaque below the horizon, or only as far as a ragged shore at `until_m`."""
        sheet = Sheet(self.view.height, self.view.width, depth)
        sheet.rgb[self.top :] = np.clip(self.colour * 255, 0, 255).astype(np.uint8)
        sheet.alpha[self.top :] = 255
        if until_m is not None:
            shore = (until_m - self.z + (self.texture(9.0) - 0.5) * 9) / np.maximum(self.footprint * 12, 0.02)
            sheet.alpha[self.top :] = np.clip(shore * 255, 0, 255).astype(np.uint8)
        return sheet

"""Files and pixels: pictures, grids, video, quality. Knows no shots and no providers."""

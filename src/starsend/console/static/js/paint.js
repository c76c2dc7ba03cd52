// Paints strokes in picture coordinates (0..1): pen lines by perfect-freehand, arrows, words.
import { getStroke } from "../vendor/perfect-freehand-1.2.3.js";

/** Clears a canvas and paints strokes; those with `faint` are half there. */
export function paintStrokes(canvas, strokes) {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    context.save();
    context.globalAlpha = stroke.faint ? 0.5 : 1;
    context.fillStyle = context.strokeStyle = stroke.colour;
    context.shadowColor = "rgb(0 0 0 / 60%)"; // seen on any picture
    context.shadowBlur = Math.max(2, width / 500);
    PAINTERS[stroke.tool]?.(context, stroke, width, height);
    context.restore();
  }
}

const PAINTERS = { pen, arrow, text };

function pen(context, stroke, width, height) {
  const points = stroke.points.map(([x, y, pressure]) => [x * width, y * height, pressure ?? 0.5]);
  const real = stroke.points.some((point) => point.length > 2);
  const outline = getStroke(points, { size: stroke.width * width * 1.5, thinning: 0.45, smoothing: 0.5, streamline: 0.3, simulatePressure: !real, last: true });
  if (!outline.length) return;
  context.beginPath();
  outline.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
  context.fill();
}

function arrow(context, stroke, width, height) {
  const [x0, y0] = [stroke.points[0][0] * width, stroke.points[0][1] * height];
  const [x1, y1] = [stroke.points.at(-1)[0] * width, stroke.points.at(-1)[1] * height];
  const line = stroke.width * width;
  const turn = Math.atan2(y1 - y0, x1 - x0);
  const head = Math.max(line * 4, width * 0.016);
  context.lineWidth = line;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  for (const side of [0.5, -0.5]) {
    context.moveTo(x1, y1);
    context.lineTo(x1 - head * Math.cos(turn + side), y1 - head * Math.sin(turn + side));
  }
  context.stroke();
}

/** The size of written words, in pixels of a picture of this width. */
export const textSize = (width) => Math.max(12, Math.round(width * 0.026));

function text(context, stroke, width, height) {
  context.font = `600 ${textSize(width)}px ui-sans-serif, system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.fillText(stroke.text, stroke.points[0][0] * width, stroke.points[0][1] * height);
}

/** The topmost stroke at a place, or null; `reach` is a part of the picture's width. */
export function strokeAt(strokes, [x, y], reach, ratio) {
  const near = ([x0, y0], [x1, y1]) => {
    const [dx, dy] = [x1 - x0, (y1 - y0) / ratio];
    const [px, py] = [x - x0, (y - y0) / ratio];
    const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(px - along * dx, py - along * dy) <= reach;
  };
  const hit = (stroke) => {
    const ends = stroke.tool === "text" ? wordsReach(stroke) : stroke.points;
    return ends.some((point, index) => near(ends[Math.max(0, index - 1)], point));
  };
  return [...strokes].reverse().find(hit) ?? null;
}

const wordsReach = ({ points: [[x, y]], text: words }) => [[x, y], [Math.min(1, x + words.length * 0.014), y]];

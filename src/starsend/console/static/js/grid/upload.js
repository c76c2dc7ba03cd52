// Sends a picture with its progress; what can't be a start frame is said before a byte is sent.
import { Problem } from "../api.js";

const MOST_BYTES = 60_000_000; // what the server takes
const TYPES = new Set(["image/png", "image/jpeg", "image/webp"]);

/** Why a file is no picture to be sent; null if it may be one. */
export function hindrance(file) {
  if (!TYPES.has(file.type)) {
    return { message: `${file.name} is ${file.type || "of an unknown type"}, not a picture that can be a start frame.`, remedy: "Give a PNG or JPEG file." };
  }
  if (file.size > MOST_BYTES) {
    return { message: `${file.name} has ${Math.ceil(file.size / 1e6)} MB; at most ${MOST_BYTES / 1e6} MB are taken.`, remedy: "Save it again as JPEG, or smaller." };
  }
  return null;
}

/** Sends a form; gives { done, stop }. Refused with a Problem, as by `send`. */
export function upload(path, fields, progress) {
  const request = new XMLHttpRequest(); // fetch doesn't tell how much was sent
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== null && value !== undefined) form.append(name, value);
  const done = new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => progress(event.total ? event.loaded / event.total : 0));
    request.upload.addEventListener("load", () => progress(1));
    request.addEventListener("load", () => {
      const answer = request.response ?? {};
      if (request.status >= 200 && request.status < 300) resolve(answer);
      else reject(new Problem(request.status, answer));
    });
    request.addEventListener("error", () => reject(new TypeError("the connection broke")));
    request.addEventListener("abort", () => reject(new Problem(0, { detail: "The upload was stopped.", code: "stopped" })));
  });
  request.responseType = "json";
  request.open("POST", `/api/v1/projects/${document.body.dataset.project}${path}`);
  request.send(form);
  return { done, stop: () => request.abort() };
}

/** Takes in a file that is dropped on a place; gives a function that stops it. */
export function takeDrops(place, take) {
  let inside = 0;
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const mark = (by) => {
    inside = Math.max(0, inside + by);
    place.toggleAttribute("data-drop", inside > 0);
  };
  const heard = {
    dragenter: (event) => { if (carries(event)) { event.preventDefault(); mark(1); } },
    dragover: (event) => { if (carries(event)) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } },
    dragleave: (event) => { if (carries(event)) mark(-1); },
    drop: (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      mark(-inside);
      if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
    },
  };
  for (const [kind, listen] of Object.entries(heard)) place.addEventListener(kind, listen);
  return () => { for (const [kind, listen] of Object.entries(heard)) place.removeEventListener(kind, listen); };
}

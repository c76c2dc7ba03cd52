// The page Elements: read again when the plan or a record changes; where the eye was stays.
import { on } from "./live.js";

const place = document.getElementById("elements");
let timer = 0;

async function renew() {
  const response = await fetch(location.pathname).catch(() => null);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("elements");
  if (!fresh || fresh.innerHTML === place.innerHTML) return;
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  place.replaceChildren(...fresh.childNodes);
  if (focused) place.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(renew, 200);
}

for (const kind of ["plan", "record", "reset"]) on(kind, soon);
addEventListener("focus", soon); // an image that was put in its place is no event

// The name that this browser acts under: shown in the head of each page, changed in place. It stands beside verdicts and notes.
const COOKIE = "starsend-by";
const YEAR_S = 365 * 24 * 3600;
const LONGEST = 40;

export function mountName(root) {
  const button = root?.querySelector("button");
  const form = root?.querySelector("form");
  if (!button || !form) return;
  const field = form.elements.by;

  function turn(open) {
    form.hidden = !open;
    button.hidden = open;
    (open ? field : button).focus();
    if (open) field.select();
  }

  button.addEventListener("click", () => turn(true));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    field.value = button.textContent;
    turn(false);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = field.value.replace(/\s+/g, " ").trim().slice(0, LONGEST);
    if (name) {
      document.cookie = `${COOKIE}=${encodeURIComponent(name)}; path=/; max-age=${YEAR_S}; samesite=strict`;
      button.textContent = field.value = name;
    }
    turn(false);
  });
}

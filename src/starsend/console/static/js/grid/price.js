// Asks before money goes: what finishing a cell costs, by whom, and one key that says yes.
import { keyCap } from "../keys.js";
import { make } from "../stage/build.js";
import { price, usd } from "../usd.js";

/** offer: { estimate_usd, provider, model, made_before }. Gives whether it was confirmed. */
export function confirmPrice(what, offer) {
  return new Promise((resolve) => {
    const free = offer.made_before || Number(offer.estimate_usd) === 0;
    const sum = offer.made_before ? "It was made and paid for before; it is used now." : `${offer.model} by ${offer.provider}, ${price(offer.estimate_usd)}.`;
    const yes = make("button", { type: "button", class: "primary" }, make("span", { text: free ? "Finish it" : `Spend ${usd(offer.estimate_usd)}` }), keyCap("Enter"));
    const no = make("button", { type: "button" }, make("span", { text: "Cancel" }), keyCap("Escape"));
    const dialog = make("dialog", { class: "price", "aria-labelledby": "price-title" },
      make("h2", { id: "price-title", text: `Finish ${what} as one full-size frame` }),
      make("p", { text: `${sum} It becomes the start frame when it is done; the cell stays as it is.` }),
      make("div", { class: "price-acts" }, no, yes));
    const end = (said) => {
      dialog.close();
      dialog.remove();
      resolve(said);
    };
    yes.addEventListener("click", () => end(true));
    no.addEventListener("click", () => end(false));
    dialog.addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); }); // a held key answers nothing
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); end(false); });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}

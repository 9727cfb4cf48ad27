// A form is sent once: the second click of a double click goes nowhere.
// The server has its own guard (idempotency keys, compare-and-swap); this one only spares people its message.
import { say, word } from "./words.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.dataset.once === "off" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  say(word("wait"));
  // after the browser has read the form, so that the button's own name and value are in it
  setTimeout(() => {
    button?.setAttribute("aria-busy", "true");
    for (const one of form.querySelectorAll("button[type=submit], button:not([type])")) one.disabled = true;
  });
});

// Back from the next page by the browser's button: the form is alive again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }
});

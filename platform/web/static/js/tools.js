// Small things: copy, print, dismiss a message, tell a listener what htmx has changed.
import { say, word } from "./words.js";

document.documentElement.classList.add("js");
for (const one of document.querySelectorAll("[data-needs-js]")) one.hidden = false;

async function copy(button) {
  const text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea"); // plain http inside an office network has no clipboard API
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = word("copied");
  say(word("copied"));
  setTimeout(() => (label.textContent = before), 2000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches("[data-copy]")) copy(button);
  else if (button.matches("[data-print]")) window.print();
  else if (button.matches("[data-dismiss]")) button.closest("[data-message]").remove();
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  const said = event.target.querySelector?.("[data-announce]") ?? event.target.closest?.("[data-announce]");
  if (said) say(said.dataset.announce);
});
document.body.addEventListener("htmx:load", (event) => {
  for (const one of event.target.querySelectorAll?.("[data-needs-js]") ?? []) one.hidden = false;
});
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.body.addEventListener(failure, () => say(word("failedLoad")));
}

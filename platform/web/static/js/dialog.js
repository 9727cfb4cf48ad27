// <a href="/some/page/" data-dialog>: shows the #main of that page in the dialog. The link alone is the page.
// <button data-dialog="id">: opens a dialog that is already on this page.
import { say, word } from "./words.js";

const shared = document.getElementById("dialog");

async function load(link) {
  const answer = await fetch(link.href, { headers: { "X-Requested-With": "dialog" } });
  if (!answer.ok || answer.redirected) return location.assign(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const body = shared.querySelector(".dialog-body");
  body.replaceChildren(...(page.querySelector("[data-dialog-part]") ?? page.querySelector("#main .col")).childNodes);
  shared.querySelector("h2").textContent = page.querySelector("h1")?.lastChild?.textContent.trim() ?? "";
  for (const form of body.querySelectorAll("form")) if (!form.getAttribute("action")) form.action = link.href;
  window.htmx?.process(body);
  shared.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const named = document.getElementById(opener.dataset.dialog);
  if (named?.showModal) {
    event.preventDefault();
    named.showModal();
  } else if (opener.href && shared?.showModal) {
    event.preventDefault();
    load(opener).catch(() => say(word("failedLoad")));
  }
});
// a click on the veil closes
document.addEventListener("click", (event) => {
  if (event.target.matches?.("dialog.dialog")) event.target.close();
});

// Counters under long fields, a first check on leaving a field, and the error summary brought into view.
// Nothing typed or pasted is ever cut: `maxlength` becomes a counter, and the server says what is too long.
import { word } from "./words.js";

const length = (text) => [...text.replace(/\r\n/g, "\n")].length;

function limit(field) {
  const most = Number(field.getAttribute("maxlength"));
  if (!most) return;
  field.dataset.most = most;
  field.removeAttribute("maxlength");
}

function count(field) {
  const most = Number(field.dataset.most);
  const counter = field.id && document.querySelector(`[data-counter="${CSS.escape(field.id)}"]`);
  if (!most || !counter) return;
  const left = most - length(field.value);
  counter.textContent = left < 0 ? word("over", -left) : word("left", left);
  counter.classList.toggle("is-over", left < 0);
}

function firstCheck(field) {
  const box = field.closest("[data-required]");
  if (!box || field.type === "checkbox" || field.type === "radio" || field.type === "file") return;
  const missing = !field.value.trim();
  const own = box.querySelector(".field-error[data-here]");
  if (!missing) {
    own?.remove();
    if (own) {
      box.classList.remove("is-wrong");
      field.removeAttribute("aria-invalid");
    }
  } else if (!box.querySelector(".field-error") && field.dataset.touched) {
    const error = document.createElement("div");
    error.className = "field-error";
    error.dataset.here = "";
    error.id = `${field.id}_here`;
    error.textContent = box.dataset.required;
    box.querySelector(".field-body")?.before(error);
    box.classList.add("is-wrong");
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-errormessage", error.id);
  }
}

function ready(root) {
  for (const field of root.querySelectorAll("input[maxlength], textarea[maxlength]")) limit(field);
  for (const field of root.querySelectorAll("[data-most]")) count(field);
}

document.addEventListener("input", (event) => {
  event.target.dataset.touched = "1";
  count(event.target);
  if (event.target.getAttribute("aria-invalid") && event.target.matches("input, textarea, select")) firstCheck(event.target);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches("input, textarea, select")) firstCheck(event.target);
});
document.body.addEventListener("htmx:load", (event) => ready(event.target));
ready(document);
document.querySelector(".errors[data-focus]")?.focus();

// Of the reasons only those that fit the chosen result: a select[data-reasons] whose options say `data-for`.
// One that does not fit can be neither seen nor reached. What was chosen gives way only to another result: that is said.
import { say } from "./words.js";

const result = (select) => select.form.querySelector(`[name="${CSS.escape(select.name.replace(/code$/, "outcome"))}"]:checked`)?.value;
const fits = (option, wanted) => !wanted || !option.value || option.dataset.for.split(" ").includes(wanted);

function offer(select) {
  const wanted = result(select);
  for (const option of select.options) {
    const out = !option.selected && !fits(option, wanted);
    option.hidden = option.disabled = out;
  }
  for (const group of select.querySelectorAll("optgroup")) group.hidden = [...group.children].every((option) => option.hidden);
}

function tell(select, text) {
  const body = select.closest(".field-body");
  let place = body.parentElement.querySelector("[data-again]");
  if (!place && text) {
    place = document.createElement("div");
    place.className = "field-help";
    place.dataset.again = "";
    body.before(place);
  }
  if (place) place.textContent = text;
  if (text) say(text);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-reasons]")) return tell(event.target, "");
  if (!event.target.name?.endsWith("-outcome")) return;
  const select = event.target.form?.elements[event.target.name.replace(/outcome$/, "code")];
  if (!select?.matches("[data-reasons]")) return;
  if (!fits(select.selectedOptions[0], event.target.value)) {
    select.value = "";
    tell(select, select.dataset.reasons);
  }
  offer(select);
});
// A draft that came back from this browser chooses without an event: looked at again before it is opened.
document.addEventListener("focusin", (event) => {
  if (event.target.matches("select[data-reasons]")) offer(event.target);
});
for (const select of document.querySelectorAll("select[data-reasons]")) offer(select);

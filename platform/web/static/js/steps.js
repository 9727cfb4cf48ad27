// <form data-steps> with sections .form-step[id^=part-]: one is shown at a time, and the address says which.
// Back, a link in the error summary or in the checklist, and a page opened again lead to the step of what they name.
const form = document.querySelector("form[data-steps]");

const sections = () => [...form.querySelectorAll(".form-step")];
const key = (section) => section.id.replace("part-", "");

function named(hash) {
  const place = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
  return place && form.contains(place) ? place : null;
}

function mark(now) {
  for (const section of sections()) section.classList.toggle("is-now", key(section) === now);
  for (const move of form.querySelectorAll("[data-step-of]")) move.classList.toggle("is-now", move.dataset.stepOf === now);
  form.classList.toggle("at-last", key(sections().at(-1)) === now);
  form.elements.step.value = now;
  for (const link of document.querySelectorAll("#form-steps a")) {
    if (link.hash === `#part-${now}`) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  }
}

function show(place) {
  mark(key(place.closest(".form-step") ?? sections()[0]));
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

/** Where reading goes on: the head of the step, or the very field that was named. */
function arrive(place) {
  const head = place.matches(".form-step") ? place.querySelector("h2") : null;
  if (head) head.tabIndex = -1;
  (head ?? place).focus({ preventScroll: true });
  (head ? document.getElementById("form-steps") : place).scrollIntoView({ block: head ? "start" : "center" });
}

if (form) {
  mark(form.elements.step.value);
  const place = named(location.hash);
  if (place) show(place);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    const to = link && !event.defaultPrevented && named(link.hash);
    if (!to) return;
    event.preventDefault();
    if (location.hash !== link.hash) history.pushState(null, "", link.hash);
    show(to);
    arrive(to);
  });
  window.addEventListener("popstate", () => {
    show(named(location.hash) ?? sections()[0]);
  });
  document.body.addEventListener("htmx:load", () => mark(form.elements.step.value)); // the line of steps was drawn again
}

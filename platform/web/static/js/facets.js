/* On a narrow screen the filters begin closed, so that the rows come first; a search says how many it found. */
const narrow = matchMedia("(max-width: 64rem)");

function settle() {
  for (const facets of document.querySelectorAll(".found-facets")) facets.open = !narrow.matches;
}

settle();
narrow.addEventListener("change", settle);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "results") return;
  settle();
  const live = document.getElementById("live");
  const said = event.target.querySelector("[data-found]");
  if (live && said) live.textContent = said.textContent;
});

// On a narrow screen the filters begin closed, so that the rows come first.
const narrow = matchMedia("(max-width: 64rem)");

function settle() {
  for (const facets of document.querySelectorAll(".found-facets")) facets.open = !narrow.matches;
}

settle();
narrow.addEventListener("change", settle);
document.body.addEventListener("htmx:load", settle);

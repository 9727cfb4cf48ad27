// A file that htmx has sent is no longer chosen: the next save of the form must not send it again.
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful || detail.elt.type !== "file") return;
  detail.elt.value = "";
  detail.elt.closest("[data-drop]")?.querySelector("[data-drop-list]")?.replaceChildren();
});

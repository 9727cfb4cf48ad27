// j and k walk a table, Enter opens the row (its first link has the focus), / goes to the search, ? explains.
// Single keys can be switched off (WCAG 2.1.4); the choice stays in this browser.
const OFF = "keys-off";
const help = document.getElementById("keys-help");
const off = help?.querySelector("[data-keys-off]");

const isOff = () => localStorage.getItem(OFF) === "1";
const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");
const links = () => [...document.querySelectorAll("table[data-keys] tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);

function walk(by) {
  const all = links();
  const row = document.activeElement.closest("table[data-keys] tbody tr");
  const at = row ? all.findIndex((link) => row.contains(link)) : by > 0 ? -1 : all.length;
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  for (const link of all) link.closest("tr").classList.toggle("is-here", link === next);
  next?.focus();
}

function search() {
  const all = [...document.querySelectorAll("[data-search]")].filter((one) => one.offsetParent);
  const field = all.find((one) => one.closest("main")) ?? all[0]; // the list's own search before the one in the bar
  field?.focus();
  field?.select();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || isOff()) return;
  const act = { j: () => walk(1), k: () => walk(-1), "/": search, "?": () => help?.showModal() }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
if (off) {
  off.checked = isOff();
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : ""));
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) help?.showModal();
});

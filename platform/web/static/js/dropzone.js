// c-dropzone: files can be dropped, and one that is too large or of another kind is refused before the upload.
import { say, word } from "./words.js";

const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

function refusal(file, zone) {
  const kinds = (zone.dataset.accept ?? "").toLowerCase().split(",").map((kind) => kind.trim()).filter(Boolean);
  if (kinds.length && !kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) return word("wrongType", file.name, kinds.map((kind) => kind.slice(1).toUpperCase()).join(", "));
  const most = Number(zone.dataset.most);
  return file.size > most * 1048576 ? word("tooLarge", file.name, size(file.size), most) : "";
}

function check(zone, input, event) {
  const chosen = input.files.length;
  const list = zone.querySelector("[data-drop-list]");
  const good = new DataTransfer();
  list.replaceChildren();
  for (const file of input.files) {
    const reason = refusal(file, zone);
    const line = document.createElement("li");
    line.textContent = reason || `${file.name} · ${size(file.size)}`;
    line.className = reason ? "drop-bad" : "";
    list.append(line);
    if (reason) say(reason);
    else good.items.add(file);
  }
  if (good.files.length !== chosen) input.files = good.files;
  if (chosen && !good.files.length) event.stopImmediatePropagation(); // nothing is left for htmx to send
}

for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector('input[type="file"]');
  if (!input) continue;
  if (zone.dataset.accept) input.accept = zone.dataset.accept;
  input.addEventListener("change", (event) => check(zone, input, event));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// Rows of a Django formset (component c-rows): add, remove, move, and paste a block copied from a spreadsheet.
import { word } from "./words.js";

const OPERATORS = { ">=": "≥", "=>": "≥", "<=": "≤", "=<": "≤", "～": "~" };

class Rows {
  constructor(box) {
    this.box = box;
    this.prefix = box.dataset.rows;
    this.list = box.querySelector("[data-rows-list]");
    this.empty = box.querySelector("template[data-rows-empty]");
    this.total = box.querySelector(`[name="${this.prefix}-TOTAL_FORMS"]`);
    this.most = Number(box.querySelector(`[name="${this.prefix}-MAX_NUM_FORMS"]`)?.value ?? 1000);
    box.addEventListener("click", (event) => this.click(event));
    box.addEventListener("paste", (event) => this.paste(event));
    box.closest("form")?.addEventListener("rows:fit", (event) => this.fit(event.detail));
    this.number(false);
  }

  get rows() {
    return [...this.list.querySelectorAll("[data-row]")].filter((row) => !row.hidden);
  }

  click(event) {
    const button = event.target.closest("button");
    const row = event.target.closest("[data-row]");
    if (!button) return;
    if (button.matches("[data-rows-add]")) this.controls(this.add())[0]?.focus();
    else if (button.matches("[data-rows-remove]")) this.remove(row);
    else if (button.matches("[data-rows-up]")) this.swap(row, -1, button);
    else if (button.matches("[data-rows-down]")) this.swap(row, 1, button);
  }

  add() {
    const index = Number(this.total.value);
    const holder = document.createElement("tbody");
    holder.innerHTML = this.empty.innerHTML.replaceAll("__prefix__", index);
    const row = holder.querySelector("[data-row]");
    this.list.append(row);
    this.total.value = index + 1;
    this.number();
    return row;
  }

  remove(row) {
    const next = this.rows[this.rows.indexOf(row) + 1] ?? this.rows[this.rows.indexOf(row) - 1];
    const mark = row.querySelector('input[name$="-DELETE"]');
    if (mark) {
      mark.checked = true;
      row.hidden = true;
    } else {
      for (const control of row.querySelectorAll("input:not([type=hidden]), select, textarea")) control.value = "";
      row.hidden = true;
    }
    this.number();
    this.say(word("removed"));
    (next?.querySelector("[data-rows-remove]") ?? this.box.querySelector("[data-rows-add]")).focus();
  }

  swap(row, by, button) {
    const rows = this.rows;
    const other = rows[rows.indexOf(row) + by];
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    this.number();
    button.focus();
  }

  /** Numbers what one sees, and writes the order where the formset wants one. */
  number(changed = true) {
    this.rows.forEach((row, i) => {
      row.querySelector("[data-rows-number]").textContent = i + 1;
      const order = row.querySelector('input[name$="-ORDER"]');
      if (order) order.value = i + 1;
    });
    const add = this.box.querySelector("[data-rows-add]");
    if (add) add.disabled = this.rows.length >= this.most;
    if (changed) this.box.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
  }

  controls(row) {
    const inside = row.querySelectorAll("td[data-label] input, td[data-label] select, td[data-label] textarea");
    return [...inside].filter((control) => control.type !== "hidden");
  }

  paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/\t|\n./.test(text) || event.target.tagName === "TEXTAREA") return;
    const start = event.target.closest("[data-row]");
    if (!start) return;
    event.preventDefault();
    const lines = text.replace(/\r/g, "").split("\n").filter((line) => line.trim());
    const from = Math.max(0, this.controls(start).indexOf(event.target));
    let at = this.rows.indexOf(start);
    for (const line of lines) {
      if (at >= this.most) break;
      const row = this.rows[at] ?? this.add();
      line.split("\t").forEach((cell, i) => this.put(this.controls(row)[from + i], cell.trim()));
      at += 1;
    }
    this.number();
    this.say(word("pasted", lines.length));
  }

  put(control, text) {
    if (!control) return;
    if (control.tagName === "SELECT") {
      const wanted = OPERATORS[text] ?? text;
      const said = (one) => one.text.trim() === wanted || (wanted && one.text.trim().startsWith(wanted)); // 硬 for 硬指标
      const option = [...control.options].find((one) => one.value === wanted || one.value === text || said(one));
      if (option) control.value = option.value;
    } else if (control.type === "checkbox") control.checked = /^(1|是|硬|true|yes|y|√|✓)/i.test(text);
    else control.value = text;
  }

  /** Before a kept draft is written back: as many rows as it had. */
  fit(values) {
    const wanted = Number(values.get(`${this.prefix}-TOTAL_FORMS`)?.[0] ?? 0);
    while (Number(this.total.value) < wanted) this.add();
  }

  say(text) {
    this.box.querySelector("[data-rows-said]").textContent = text;
  }
}

const ready = (root) => {
  for (const box of root.querySelectorAll("[data-rows]")) {
    if (box.dataset.ready) continue;
    box.dataset.ready = "1";
    new Rows(box);
  }
};
document.body.addEventListener("htmx:load", (event) => ready(event.target));
ready(document);

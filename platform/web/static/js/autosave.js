// <form data-autosave="/drafts/1/autosave/" data-owner="<user id>"> with a hidden field `version`.
// The server answers 200 {"version": "…", "saved": "14:02"}, or 409 where somebody else has changed the draft.
// What could not be sent stays in this browser, under the form's address and its owner, until it has been saved.
import { say, word } from "./words.js";

const QUIET = 1500; // milliseconds after the last key
const RETRY = 15000;

// What somebody wrote, however the server writes it back: 48 as 48.00, without the spaces at its ends, under a new version.
const said = (fields) =>
  JSON.stringify(
    fields
      .filter(([name]) => name !== "version" && !name.endsWith("_FORMS"))
      .map(([name, value]) => [name, value.trim()])
      .filter(([, value]) => value)
      .map(([name, value]) => [name, Number.isNaN(Number(value)) ? value : Number(value)]),
  );

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.key = `draft:${form.dataset.owner ?? ""}:${this.url}`;
    this.place = form.querySelector("[data-saved-at]") ?? document.querySelector("[data-saved-at]");
    this.dirty = false;
    this.stale = false;
    this.sending = null;
    form.addEventListener("input", () => this.touched());
    form.addEventListener("change", () => this.touched());
    form.addEventListener("rows:changed", () => this.touched());
    form.addEventListener("submit", () => {
      clearTimeout(this.timer);
      this.keep(true); // if the session is gone, the answer is a login page and this is all there is
      this.dirty = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.dirty) return;
      this.keep(); // whoever leaves all the same finds it here
      event.preventDefault();
    });
    window.addEventListener("online", () => this.dirty && this.send());
    this.restore();
  }

  get version() {
    return this.form.elements.version?.value ?? "";
  }

  touched() {
    if (this.stale) return this.keep();
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), QUIET);
  }

  fields() {
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  }

  keep(sent = false) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ version: this.version, at: this.clock(), sent, fields: this.fields() }));
    } catch {
      // a browser without storage: the warning on leaving is what remains
    }
  }

  clock() {
    return new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
  }

  show(state, text, link) {
    if (!this.place) return;
    this.place.dataset.state = state;
    this.place.textContent = text;
    if (link) {
      const a = document.createElement("a");
      a.href = link;
      a.textContent = word("login");
      this.place.append(" ", a);
    }
  }

  async send() {
    if (this.sending) return this.touched();
    const body = new FormData(this.form);
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    this.dirty = false;
    this.show("saving", word("saving"));
    this.sending = fetch(this.url, { method: "POST", body, redirect: "manual", headers: { "X-Requested-With": "autosave" } });
    let answer;
    try {
      answer = await this.sending;
    } catch {
      return this.failed("failed", word("failed"), true);
    } finally {
      this.sending = null;
    }
    if (answer.ok) return this.saved(await answer.json());
    if (answer.status === 409) {
      this.stale = true;
      const { sentence } = await answer.json().catch(() => ({}));
      return this.failed("stale", sentence ?? word("stale"));
    }
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      const back = encodeURIComponent(location.pathname + location.search + location.hash);
      return this.failed("failed", word("lost"), false, `${this.form.dataset.login ?? "/account/login/"}?next=${back}`);
    }
    return this.failed("failed", word("failed"), true);
  }

  saved({ version, saved }) {
    if (this.form.elements.version && version !== undefined) this.form.elements.version.value = version;
    if (!this.dirty) localStorage.removeItem(this.key);
    this.show("saved", word("saved", saved ?? this.clock()));
    this.form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true }));
  }

  failed(state, text, again, link) {
    this.keep();
    this.dirty = !link;
    this.show(state, text, link);
    say(text);
    if (again) this.timer = setTimeout(() => this.send(), RETRY);
  }

  restore() {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      return;
    }
    if (!kept) return;
    const received = kept.sent && kept.version && kept.version === this.form.dataset.received; // the server says that it has this very form
    const shown = said(this.fields()) === said(kept.fields);
    if (received || (shown && !("unsaved" in this.form.dataset))) return localStorage.removeItem(this.key);
    if (shown) return;
    if (kept.version === this.version) {
      this.fill(kept.fields);
      this.notice(word("restored", kept.at), word("discard"), () => location.reload());
      this.touched();
    } else {
      this.notice(word("conflict", kept.at), word("useMine"), () => {
        this.fill(kept.fields);
        this.touched();
      });
    }
  }

  fill(fields) {
    const values = new Map();
    for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
    this.form.dispatchEvent(new CustomEvent("rows:fit", { detail: values }));
    for (const field of this.form.elements) {
      if (!field.name || ["csrfmiddlewaretoken", "version"].includes(field.name) || field.type === "file") continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = (values.get(field.name) ?? []).includes(field.value);
      else if (values.has(field.name)) field.value = values.get(field.name).shift() ?? field.value;
    }
  }

  notice(text, action, act) {
    const box = document.createElement("div");
    box.className = "message";
    const words = document.createElement("div");
    words.textContent = text;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-s";
    button.textContent = action;
    button.addEventListener("click", () => {
      localStorage.removeItem(this.key);
      this.dirty = false;
      clearTimeout(this.timer);
      box.remove();
      act();
    });
    box.append(words, button);
    this.form.before(box);
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Draft(form);

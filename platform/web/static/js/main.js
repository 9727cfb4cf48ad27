// Everything here improves a page that already works without it. No module knows another, except through words.js.
import "./menu.js";
import "./fields.js";
import "./once.js";
import "./autosave.js";
import "./rows.js";
import "./steps.js";
import "./keys.js";
import "./countdown.js";
import "./dropzone.js";
import "./attach.js";
import "./dialog.js";
import "./tools.js";

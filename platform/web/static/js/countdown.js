// 还剩 6 天 4 小时, by the server's clock: the page brings the server's "now", so a wrong local clock does not matter.
import { word } from "./words.js";

const DAY = 86400;
const started = Date.now();

function text(seconds) {
  const left = Math.abs(seconds);
  const [d, h, m, s] = [Math.floor(left / DAY), Math.floor((left % DAY) / 3600), Math.floor((left % 3600) / 60), Math.floor(left % 60)];
  const parts = d
    ? [word("day", d), h && d < 30 ? word("hour", h) : ""]
    : h
      ? [word("hour", h), m ? word("minute", m) : ""]
      : [m ? word("minute", m) : "", word("second", s)];
  return word(seconds > 0 ? "leftTime" : "overTime", parts.filter(Boolean).join(" "));
}

function draw() {
  let soonest = Infinity;
  for (const place of document.querySelectorAll("time[data-countdown]")) {
    const passed = (Date.now() - started) / 1000;
    const seconds = (Date.parse(place.dateTime) - Date.parse(place.dataset.now)) / 1000 - passed;
    const now = text(seconds);
    if (place.textContent !== now) place.textContent = now;
    soonest = Math.min(soonest, Math.abs(seconds));
  }
  if (soonest < Infinity) setTimeout(draw, soonest < 3700 ? 1000 : 30000);
}

draw();

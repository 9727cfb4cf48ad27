// A running total: [data-sum="id of the amount"] around fields [data-sum-part], said in [data-sum-said].
// Amounts are 万元 with up to six places: counted as whole numbers of 0.000001, never as floats.
const PLACES = 6;

function parse(text) {
  const plain = text.normalize("NFKC").replace(/[\s,¥]/g, "").replace(/万元?$/, "");
  const found = /^(\d+)(?:\.(\d{0,6}))?$/.exec(plain);
  return found ? BigInt(found[1] + (found[2] ?? "").padEnd(PLACES, "0")) : null;
}

function format(units) {
  const digits = String(units).padStart(PLACES + 1, "0");
  return `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES).replace(/0+$/, "").padEnd(2, "0")}`;
}

function say(box) {
  const place = box.querySelector("[data-sum-said]");
  const amount = parse(document.getElementById(box.dataset.sum)?.value ?? "");
  const parts = [...box.querySelectorAll("[data-row]")].filter((row) => !row.hidden);
  const values = parts.map((row) => row.querySelector("[data-sum-part]")?.value ?? "").filter((text) => text.trim());
  const read = values.map(parse);
  if (amount === null || read.includes(null)) return;
  const total = read.reduce((sum, one) => sum + one, 0n);
  const words = total === amount ? place.dataset.same : total < amount ? place.dataset.less : place.dataset.more;
  const gap = total < amount ? amount - total : total - amount;
  const text = words.replace("{}", format(total)).replace("{}", format(gap));
  if (place.textContent !== text) place.textContent = text;
  place.classList.toggle("is-off", total !== amount);
}

for (const box of document.querySelectorAll("[data-sum]")) {
  const form = box.closest("form");
  for (const event of ["input", "rows:changed"]) form.addEventListener(event, () => say(box));
}

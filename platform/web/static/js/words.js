// The words the scripts say, in the reader's language: base.html writes them on <meta name="words">.
const said = document.querySelector('meta[name="words"]')?.dataset ?? {};

export const word = (name, ...values) => {
  let text = said[name] ?? "";
  for (const value of values) text = text.replace("{}", value);
  return text;
};

export const say = (text) => {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
};

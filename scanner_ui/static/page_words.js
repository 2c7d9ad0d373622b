// The page's own words, in every language it can switch to without being loaded again.
//
// The tables travel in the page (#words-data). Elements with data-word (text) or data-word-label (aria-label) follow
// the language. Sentences of the server arrive as words and are not looked up here.

let tables = {};
let language = "en";

export function loadWords() {
  tables = JSON.parse(document.getElementById("words-data").textContent);
  language = document.documentElement.lang;
}

export function currentLanguage() {
  return language;
}

export function nextLanguage() {
  const known = Object.keys(tables);
  return known[(known.indexOf(language) + 1) % known.length];
}

// `tag` may leave the script out: "zh" is "zh-Hans" here.
export function speak(tag) {
  const wanted = Object.keys(tables).find((known) => known === tag || known.startsWith(`${tag}-`));
  if (!wanted || wanted === language) return;
  language = wanted;
  document.documentElement.lang = wanted;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-word-label]")) {
    element.setAttribute("aria-label", word(element.dataset.wordLabel));
  }
}

export function word(key) {
  return tables[language][key];
}

export function sentence(code, details = {}) {
  const [title, next] = tables[language].sentences[code].map((text) =>
    text.replace(/\{(\w+)\}/g, (_, name) => (details[name] === undefined || details[name] === null ? "–" : details[name])),
  );
  return { title, next };
}

export function canSay(code) {
  return Boolean(tables[language].sentences[code]);
}

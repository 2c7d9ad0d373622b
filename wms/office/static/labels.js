// Says of each picture of a label template how far it is: they are drawn one after the other, the first of a process
// after the press has been started. Without scripts they come all the same, without a word.

const TRIES = 3;
const PAUSE_MS = 2000;

for (const picture of document.querySelectorAll(".gallery img")) {
  const figure = picture.closest("figure");
  const address = picture.src;
  let tries = 1;
  const show = (state) => (figure.dataset.state = state);
  if (!picture.complete || !picture.naturalWidth) show("drawing");
  picture.addEventListener("load", () => show("drawn"));
  picture.addEventListener("error", () => {
    if (tries === TRIES) return show("failed");
    tries += 1;
    setTimeout(() => (picture.src = `${address}?try=${tries}`), PAUSE_MS);
  });
  // What failed before this script ran.
  if (picture.complete && !picture.naturalWidth) picture.dispatchEvent(new Event("error"));
}

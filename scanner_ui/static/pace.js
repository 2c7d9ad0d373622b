// Tells a scanner's pace from a person's, by the times of the keys alone.
//
// Called by wedge.js. A key is {character, at}, `at` in milliseconds on the page's own clock.

// Milliseconds. A person does not type at 65 ms a key (that would be 180 words a minute); a slow scanner's 40 become 50
// and more on a busy device. A pause of nearly a second between keys of a scanner's pace is the device catching its
// breath, not the start of another code. The silence that ends a code without suffix grows with the scanner's own pace,
// and is long once this scanner has shown that it sends a suffix: to cut a code in two is worse than to wait. Nobody pulls
// a trigger again in the blink after a code.
export const PACE = {
  typicalGap: 65,
  maxGap: 140,
  stall: 900,
  burst: 4,
  silencePerGap: 4,
  patience: 500,
  lateSuffix: 500,
  blink: 30,
  forget: 1000,
  forgetSlowly: 15000,
};

export function textOf(keys) {
  return keys.map((key) => key.character).join("");
}

function gaps(keys) {
  return keys.slice(1).map((key, index) => key.at - keys[index].at);
}

// The middle one of the gaps: one hiccup does not make a scanner slow.
export function typicalGap(keys) {
  const sorted = gaps(keys).sort((a, b) => a - b);
  return sorted.length === 0 ? 0 : sorted[sorted.length >> 1];
}

export function isScanned(keys) {
  return keys.length > 1 && typicalGap(keys) <= PACE.typicalGap;
}

// The keys since the last pause too long for a scanner.
export function sinceLastBreak(keys, longest = PACE.stall) {
  let start = keys.length - 1;
  while (start > 0 && keys[start].at - keys[start - 1].at <= longest) start -= 1;
  return keys.slice(Math.max(start, 0));
}

// While somebody types, only an unbroken run at a scanner's pace is a scan.
export function lastBurst(keys) {
  const run = sinceLastBreak(keys, PACE.maxGap);
  return isScanned(run) ? run : [];
}

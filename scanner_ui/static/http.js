// Requests to the server. Called by sender.js, net.js and sign_in.js.
//
// Nothing here throws: status 0 means that no answer came, which is all the page can know.

const TIMEOUT_MS = 8000;

export function post(address, body) {
  return ask(address, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, application/problem+json",
      "X-CSRF-Token": pageToken(),
    },
    body: JSON.stringify(body),
  });
}

export function get(address, timeout = TIMEOUT_MS) {
  return ask(address, { cache: "no-store" }, timeout);
}

async function ask(address, request, timeout = TIMEOUT_MS) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  try {
    const response = await fetch(address, { ...request, credentials: "same-origin", signal: stop.signal });
    const text = await response.text();
    const body = parse(text);
    if (body.csrf_token) setPageToken(body.csrf_token);
    // An answer that is not ours (a login page of the Wi-Fi, a proxy's) is no answer.
    const status = response.status === 200 && text !== "" && body.unreadable ? 0 : response.status;
    return { status, body, retryAfter: response.headers.get("Retry-After") };
  } catch (error) {
    return { status: 0, body: {}, retryAfter: null };
  } finally {
    clearTimeout(timer);
  }
}

function parse(text) {
  try {
    return JSON.parse(text) || {};
  } catch (error) {
    return { unreadable: true };
  }
}

const meta = () => document.querySelector('meta[name="csrf-token"]');

// The proof that one of our own pages sends the request; a new session brings a new one.
export function pageToken() {
  return meta().content;
}

export function setPageToken(token) {
  meta().content = token;
}

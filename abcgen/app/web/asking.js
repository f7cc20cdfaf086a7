// What the page asks the server, and what it does with the files that come.

// What the parts of the page share: the engraver, the player, and what there is to choose from.
const shared = { tabs: {} };
const byId = (id) => document.getElementById(id);
// Characters of a tune at most, as on the shelf.
const LONGEST = 64 * 1024;
const GONE = "The app does not answer; is abcgen app still running?";

// What the server answers; throws what it says when it refuses, with the `status` of the answer.
async function ask(path, { method = "POST", body, signal } = {}) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(path, { method, signal, headers, body: body && JSON.stringify(body) }).catch(gone);
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  const { status } = answer;
  const busy = "the app has too much to do; try again in a moment";
  throw Object.assign(new Error(said.error ?? (status === 503 ? busy : `the app answered with ${status}`)), { status });
}

// What a request throws that was stopped, or came to nobody.
function gone(error) {
  throw error.name === "AbortError" ? error : new Error(GONE);
}

const asJson = async (path, options) => (await ask(path, options)).json();

// The lines of a stream as they come.
async function* linesOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch(gone);
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) yield JSON.parse(line);
  }
  if (rest) yield JSON.parse(rest);
}

function say(text) {
  byId("said").textContent = text;
}

// Keep a file under its name.
async function save(answer) {
  const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") ?? "");
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: decodeURIComponent(named?.[1] ?? "tune") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

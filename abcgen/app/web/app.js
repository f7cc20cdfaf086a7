// The app: tunes are asked for, come bar by bar, are played, changed, kept, and found again.

const byId = (id) => document.getElementById(id);
const shared = { tabs: {} };
const PAUSE = 250;

// -- the server

// What it answers; throws what it says when it refuses.
async function ask(path, { method = "POST", body, signal } = {}) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(path, { method, signal, headers, body: body && JSON.stringify(body) });
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.error ?? `the server answered with ${answer.status}`);
}

const asJson = async (path, options) => (await ask(path, options)).json();

// The lines of a stream as they come.
async function* linesOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
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

// -- a tune

class Card {
  // `view` is what the server shows of a tune; `kept` its number on the shelf, null for a new one.
  constructor(place, view, { kept = null, first = false } = {}) {
    this.article = byId("card").content.firstElementChild.cloneNode(true);
    this.article.card = this;
    this.kept = kept;
    this.earlier = [];
    const part = (name) => this.article.querySelector(`[data-part="${name}"]`);
    this.parts = new Proxy({}, { get: (_, name) => part(name) });
    for (const tab of Object.keys(shared.tabs)) this.parts.signs.append(new Option(tab.replaceAll("-", " "), tab));
    for (let by = 6; by >= -5; by -= 1) this.parts.move.append(new Option(by > 0 ? `+${by}` : `${by}`, by, !by, !by));
    if (first) place.prepend(this.article);
    else place.append(this.article);
    this.listen();
    this.show(view);
  }

  listen() {
    const { parts, article } = this;
    for (const button of article.querySelectorAll("[data-task]")) {
      button.addEventListener("click", () => this.change(button.dataset.task));
    }
    for (const button of article.querySelectorAll("[data-render]")) {
      button.addEventListener("click", () => this.trying(async () => {
        await save(await ask(`/api/render/${button.dataset.render}`, { body: { abc: this.view.abc } }));
      }));
    }
    parts.keep.addEventListener("click", () => this.keep());
    parts.discard.addEventListener("click", () => this.discard());
    parts.share.addEventListener("click", () => this.share());
    parts.undo.addEventListener("click", () => this.undo());
    parts.again.addEventListener("click", () => again(this.view.made));
    parts.move.addEventListener("change", () => this.move());
    parts.text.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.shade([]);
      this.timer = setTimeout(() => this.edited(), PAUSE);
    });
    parts.text.addEventListener("scroll", () => (parts.shades.scrollTop = parts.text.scrollTop));
  }

  // Show a tune; `typed` when its text is what stands in the editor.
  show(view, { typed = false } = {}) {
    const { parts } = this;
    this.view = { made: this.view?.made ?? {}, ...view };
    parts.title.textContent = view.title || "Untitled";
    parts.score.setAttribute("aria-label", `Score of ${view.title || "an untitled tune"}`);
    for (const group of ["playing", "changing", "taking"]) {
      parts[group].setAttribute("aria-label", `${view.title || "Untitled"}: ${group}`);
    }
    parts.text.setAttribute("aria-label", `ABC of ${view.title || "an untitled tune"}`);
    parts.abc.textContent = view.abc;
    if (!typed) parts.text.value = view.abc;
    parts.fault.hidden = !view.fault;
    parts.fault.textContent = view.fault ? `There is no score: ${view.fault}.` : "";
    parts.playing.hidden = parts.changing.hidden = !view.score;
    parts.keep.hidden = this.kept !== null;
    parts.discard.textContent = this.kept === null ? "Discard" : "Take off the shelf";
    this.problems(view.problems);
    this.tellMaking();
    if (!view.score) {
      parts.score.hidden = true;
      return null;
    }
    for (const [name, signs] of Object.entries(view.score.tabs)) Object.assign(shared.tabs[name], signs);
    this.tune ??= new TuneView(this.article, view.score, shared);
    return this.tune.become(view.score);
  }

  tellMaking() {
    const { made, copied } = this.view;
    this.parts.making.hidden = !made?.sampling;
    if (!made?.sampling) return;
    const asked = Object.entries(made.asked).map(([name, value]) => `${name} ${value}`).join(", ") || "nothing asked";
    const near = copied?.bars > 1 ? ` ${copied.bars} bars in a row are as in ${copied.title || "an old tune"}.` : "";
    this.parts.made.textContent =
      `${asked}; temperature ${made.sampling.temperature}, top-p ${made.sampling.top_p}, seed ${made.seed}, tune ${made.number}.${near}`;
  }

  say(text) {
    this.parts.said.textContent = text;
  }

  // Do something, and say what went wrong if it did.
  async trying(work) {
    this.article.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      this.say(error.message);
    } finally {
      this.article.removeAttribute("aria-busy");
    }
  }

  // -- its text

  problems(found) {
    this.shade(found);
    this.parts.problems.replaceChildren(
      ...found.map(({ line, column, message, error }) => {
        const item = document.createElement("li");
        item.textContent = `line ${line}, column ${column}: ${error ? "" : "(warning) "}${message}`;
        return item;
      }),
    );
  }

  // Underline where there are problems, behind the text.
  shade(problems) {
    const lines = this.parts.text.value.split("\n");
    const shaded = lines.map((line, index) => {
      const here = problems.filter((problem) => problem.line === index + 1).sort((one, other) => one.column - other.column);
      const pieces = [];
      let at = 0;
      for (const { column, length, error } of here) {
        const begin = Math.max(at, Math.min(column - 1, line.length));
        const mark = document.createElement("mark");
        mark.className = error ? "error" : "warning";
        mark.textContent = line.slice(begin, begin + length) || " ";
        pieces.push(line.slice(at, begin), mark);
        at = begin + length;
      }
      return [...pieces, line.slice(at), "\n"];
    });
    this.parts.shades.replaceChildren(...shaded.flat());
  }

  edited() {
    const abc = this.parts.text.value;
    return this.trying(async () => {
      const view = await asJson("/api/view", { body: { abc } });
      if (this.parts.text.value !== abc) return; // more was typed in the meantime
      this.remember();
      await this.show(view, { typed: true });
      await this.keepChange();
    });
  }

  // -- changing it

  remember() {
    this.earlier.push(this.view);
    this.parts.undo.disabled = false;
  }

  undo() {
    const before = this.earlier.pop();
    this.parts.undo.disabled = !this.earlier.length;
    return this.trying(async () => {
      await this.show(before);
      await this.keepChange();
      this.say("As it was before.");
    });
  }

  change(task) {
    const [first, last] = this.tune.chosen;
    const seed = Math.floor(Math.random() * 2 ** 31);
    return this.trying(async () => {
      this.say("Writing …");
      const view = await asJson("/api/change", { body: { abc: this.view.abc, task, first, last, seed } });
      this.remember();
      await this.show(view);
      await this.keepChange();
      this.say(`${view.changed}; seed ${seed}.`);
    });
  }

  move() {
    const semitones = Number(this.parts.move.value);
    this.parts.move.value = "0";
    return this.trying(async () => {
      const view = await asJson("/api/view", { body: { abc: this.view.abc, semitones } });
      this.remember();
      await this.show(view);
      await this.keepChange();
    });
  }

  // -- the shelf, and links

  // A tune of the shelf is changed there too.
  async keepChange() {
    if (this.kept === null || !this.view.title && !this.view.score) return;
    await ask(`/api/shelf/${this.kept}`, { method: "PUT", body: { abc: this.view.abc } });
    this.say("The shelf has it as it is now.");
  }

  keep() {
    return this.trying(async () => {
      const { made, copied } = this.view;
      const kept = await asJson("/api/shelf", { body: { abc: this.view.abc, made: { ...made, copied } } });
      this.kept = kept.id;
      byId("kept").prepend(this.article);
      this.show(this.view);
      this.say("It is on the shelf.");
      tellShelf();
    });
  }

  discard() {
    return this.trying(async () => {
      if (this.tune?.mine) shared.player.stop();
      if (this.kept !== null) await ask(`/api/shelf/${this.kept}`, { method: "DELETE" });
      this.article.remove();
      tellShelf();
    });
  }

  share() {
    return this.trying(async () => {
      const link = `${window.location.origin}/#tune=${await packed(this.view.abc)}`;
      await navigator.clipboard.writeText(link);
      this.say("A link that holds the tune is copied.");
    });
  }
}

function tellShelf() {
  const empty = !byId("kept").children.length;
  byId("empty").hidden = !empty;
  byId("books").hidden = empty;
}

// -- links that hold a tune

async function throughStream(bytes, stream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

async function packed(text) {
  const bytes = await throughStream(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(await throughStream(bytes, new DecompressionStream("deflate-raw")));
}

async function openLink() {
  const held = /^#tune=([\w-]+)$/.exec(window.location.hash);
  if (!held) return;
  try {
    new Card(byId("desk"), await asJson("/api/view", { body: { abc: await unpacked(held[1]) } }), { first: true });
    say("The tune of the link is below.");
  } catch {
    say("The link holds no tune that can be read.");
  }
}

// -- new tunes

let writing = null;

function orderOf(form) {
  const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  const { temperature, seed, bars, ...controls } = given;
  if (bars) controls.bars = Number(bars);
  return {
    controls,
    sampling: temperature === undefined ? {} : { temperature: Number(temperature) },
    seed: seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seed),
    number: 0,
  };
}

async function write(order) {
  writing?.abort();
  const mine = (writing = new AbortController());
  byId("stop").disabled = false;
  say("Writing …");
  let card = null;
  try {
    const answer = await ask("/api/generate", { body: order, signal: mine.signal });
    for await (const { begun, tune, warning, error } of linesOf(answer)) {
      if (error) throw new Error(error);
      if (warning) say(warning);
      const view = tune ?? begun;
      if (!view) continue;
      if (card) card.show(view);
      else card = new Card(byId("desk"), view, { first: true });
      if (tune) say(`${tune.title} is written.`);
    }
  } catch (error) {
    card?.article.remove();
    say(error.name === "AbortError" ? "Stopped." : error.message);
  } finally {
    if (writing === mine) {
      writing = null;
      byId("stop").disabled = true;
    }
  }
}

// The same tune once more, with the form as it was.
function again(made) {
  const form = byId("order");
  form.reset();
  for (const [name, value] of Object.entries({ ...made.asked, temperature: made.sampling.temperature, seed: made.seed })) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  return write({ controls: made.asked, sampling: made.sampling, seed: made.seed, number: made.number - 1 });
}

async function begin() {
  const choices = await asJson("/api/choices", { method: "GET" });
  Object.assign(shared, { fonts: choices.fonts, width: choices.width });
  shared.tabs = Object.fromEntries(choices.tabs.map((name) => [name, {}]));
  shared.engraver = new Engraver("/web/worker.js");
  shared.player = new Player(() => new AudioContext());
  const form = byId("order");
  for (const [name, values] of [["rhythm", choices.rhythms], ["instrument", choices.instruments], ["origin", choices.origins]]) {
    form.elements[name].append(...values.map((value) => new Option(value, value)));
  }
  byId("meters").append(...choices.meters.map((meter) => new Option(meter)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    write(orderOf(form));
  });
  byId("stop").addEventListener("click", () => writing?.abort());
  if (choices.put_aside) say(`The shelf was damaged. It is kept as ${choices.put_aside}, and a new one is begun.`);
  const kept = await asJson("/api/shelf", { method: "GET" });
  tellShelf();
  await openLink();
  window.addEventListener("hashchange", openLink);
  for (const { id, abc, made } of kept) {
    const view = await asJson("/api/view", { body: { abc } });
    new Card(byId("kept"), { ...view, made, copied: made.copied }, { kept: id });
    tellShelf();
  }
  document.body.dataset.ready = "yes";
}

begin().catch((error) => say(error.message));

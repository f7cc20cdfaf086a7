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
  constructor(place, view, { kept = null, first = false, writing = false } = {}) {
    this.article = byId("card").content.firstElementChild.cloneNode(true);
    this.article.card = this;
    this.kept = kept;
    this.earlier = [];
    this.busy = false;
    this.typing = 0;
    const part = (name) => this.article.querySelector(`[data-part="${name}"]`);
    this.parts = new Proxy({}, { get: (_, name) => part(name) });
    for (const tab of Object.keys(shared.tabs)) this.parts.signs.append(new Option(tab.replaceAll("-", " "), tab));
    for (let by = 6; by >= -5; by -= 1) this.parts.move.append(new Option(by > 0 ? `+${by}` : `${by}`, by, !by, !by));
    if (first) place.prepend(this.article);
    else place.append(this.article);
    this.listen();
    this.show(view, { writing });
  }

  listen() {
    const { parts, article } = this;
    const acts = {
      keep: () => this.keep(),
      discard: () => this.discard(),
      take: () => this.copy(),
      share: () => this.share(),
      undo: () => this.undo(),
    };
    for (const [name, act] of Object.entries(acts)) parts[name].addEventListener("click", () => this.act(act));
    for (const button of article.querySelectorAll("[data-task]")) {
      button.addEventListener("click", () => this.act(() => this.change(button.dataset.task)));
    }
    for (const button of article.querySelectorAll("[data-render]")) {
      const { render } = button.dataset;
      button.addEventListener("click", () => this.act(async () => save(await ask(`/api/render/${render}`, { body: this.text() }))));
    }
    parts.again.addEventListener("click", () => again(this.view.made));
    parts.move.addEventListener("change", () => this.act(() => this.move()));
    parts.text.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.shade([]);
      this.typing = setTimeout(() => this.act(() => {}), PAUSE);
    });
    parts.text.addEventListener("scroll", () => (parts.shades.scrollTop = parts.text.scrollTop));
  }

  // Do one thing at a time, after what was typed is taken in; say what went wrong if it did.
  async act(work) {
    if (this.busy) {
      if (this.typing) this.typing = setTimeout(() => this.act(work), PAUSE);
      return;
    }
    this.busy = true;
    this.article.setAttribute("aria-busy", "true");
    try {
      await this.takeTyped();
      await work();
    } catch (error) {
      this.say(error.message);
    } finally {
      this.busy = false;
      this.article.removeAttribute("aria-busy");
    }
  }

  // What the server is sent of it.
  text(more = {}) {
    return { abc: this.view.abc, instrument: this.view.made?.asked?.instrument ?? "", ...more };
  }

  // Show a tune; `typed` when its text is what stands in the editor, `writing` while more of it is to come.
  show(view, { typed = false, writing = false } = {}) {
    const { parts } = this;
    this.view = { made: this.view?.made ?? {}, ...view };
    const title = view.title || "Untitled";
    parts.title.textContent = title;
    parts.score.setAttribute("aria-label", `Score of ${title}`);
    for (const group of ["playing", "changing", "taking"]) parts[group].setAttribute("aria-label", `${title}: ${group}`);
    parts.text.setAttribute("aria-label", `ABC of ${title}`);
    if (!typed) parts.text.value = view.abc;
    parts.text.readOnly = writing;
    parts.fault.hidden = !view.fault;
    parts.fault.textContent = view.fault ? `There is no score: ${view.fault}.` : "";
    parts.playing.hidden = !view.score;
    parts.changing.hidden = writing;
    parts.taking.hidden = writing;
    for (const button of this.article.querySelectorAll("[data-task], [data-render]")) button.disabled = !view.score;
    parts.keep.hidden = this.kept !== null;
    parts.discard.textContent = this.kept === null ? "Discard" : "Take off the shelf";
    this.problems(writing ? [] : view.problems);
    this.tellMaking();
    if (!view.score) {
      if (this.tune?.mine) shared.player.stop();
      parts.score.hidden = true;
      return null;
    }
    for (const [name, signs] of Object.entries(view.score.tabs)) Object.assign(shared.tabs[name], signs);
    this.tune ??= new TuneView(this.article, view.score, shared);
    return this.tune.become(view.score);
  }

  tellMaking() {
    const { made = {}, copied } = this.view;
    const { asked = {}, sampling = {}, changes = [] } = made;
    const told = Object.keys(sampling).length > 0;
    this.parts.making.hidden = !told && !changes.length;
    this.parts.again.hidden = !told;
    const lines = [];
    if (told) {
      const wishes = Object.entries(asked).map(([name, value]) => `${name} ${value}`).join(", ") || "nothing asked";
      const { temperature, top_p: share } = sampling;
      lines.push(`${wishes}; temperature ${temperature}, top-p ${share}, seed ${made.seed}, tune ${made.number}.`);
    }
    if (copied?.bars > 1) lines.push(`${copied.bars} bars in a row are as in ${copied.title || "an old tune"}.`);
    if (changes.length) lines.push(`Then: ${changes.join("; ")}.`);
    this.parts.made.textContent = lines.join(" ");
  }

  say(text) {
    this.parts.said.textContent = text;
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

  // Underline where there are problems, behind the text. Columns count characters, of which some are two here.
  shade(problems) {
    const shaded = this.parts.text.value.split("\n").map((text, index) => {
      const line = [...text];
      const here = problems.filter((problem) => problem.line === index + 1).sort((one, other) => one.column - other.column);
      const pieces = [];
      let at = 0;
      for (const { column, length, error } of here) {
        const begin = Math.max(at, Math.min(column - 1, line.length));
        const mark = document.createElement("mark");
        mark.className = error ? "error" : "warning";
        mark.textContent = line.slice(begin, begin + length).join("") || " ";
        pieces.push(line.slice(at, begin).join(""), mark);
        at = begin + length;
      }
      return [...pieces, line.slice(at).join(""), "\n"];
    });
    this.parts.shades.replaceChildren(...shaded.flat());
  }

  // Take in what was typed since the last time.
  async takeTyped() {
    clearTimeout(this.typing);
    this.typing = 0;
    const abc = this.parts.text.value;
    if (abc === this.view.abc) return;
    const view = await asJson("/api/view", { body: this.text({ abc }) });
    await this.become(view, "edited", { typed: this.parts.text.value === abc });
  }

  // -- changing it

  // Another tune takes its place; `how` is kept with it, and the shelf has it too.
  async become(view, how, { typed = false } = {}) {
    this.earlier.push(this.view);
    this.parts.undo.disabled = false;
    const { made } = this.view;
    const { changes = [] } = made;
    const again = how === "edited" && changes.at(-1) === how;
    await this.show({ ...view, made: { ...made, changes: again ? changes : [...changes, how] } }, { typed });
    await this.keepChange();
  }

  async undo() {
    const before = this.earlier.pop();
    this.parts.undo.disabled = !this.earlier.length;
    if (!before) return;
    await this.show(before);
    this.say("As it was before.");
    await this.keepChange();
  }

  async change(task) {
    const [first, last] = this.tune.chosen;
    const seed = Math.floor(Math.random() * 2 ** 31);
    this.say("Writing …");
    const view = await asJson("/api/change", { body: this.text({ task, first, last, seed }) });
    await this.become(view, `${task}, ${view.changed}, seed ${seed}`);
    this.say(`${view.changed}; seed ${seed}.`);
  }

  async move() {
    const semitones = Number(this.parts.move.value);
    this.parts.move.value = "0";
    if (!semitones) return;
    const view = await asJson("/api/view", { body: this.text({ semitones }) });
    await this.become(view, `moved by ${semitones}`);
  }

  // -- the shelf, copies and links

  // A tune of the shelf is changed there too, as long as it is one.
  async keepChange() {
    if (this.kept === null) return;
    if (!this.view.score) {
      this.say("The shelf has it as it was, until it is a tune again.");
      return;
    }
    await ask(`/api/shelf/${this.kept}`, { method: "PUT", body: this.forShelf() });
    this.say("The shelf has it as it is now.");
  }

  forShelf() {
    const { abc, made, copied } = this.view;
    return { abc, made: { ...made, copied } };
  }

  async keep() {
    const kept = await asJson("/api/shelf", { body: this.forShelf() });
    this.kept = kept.id;
    byId("kept").prepend(this.article);
    this.show(this.view);
    this.say("It is on the shelf.");
    this.parts.title.focus();
    tellShelf();
  }

  async discard() {
    if (this.kept !== null) {
      if (!window.confirm(`Take ${this.view.title || "this tune"} off the shelf? It will be gone.`)) return;
      await ask(`/api/shelf/${this.kept}`, { method: "DELETE" });
    }
    if (this.tune?.mine) shared.player.stop();
    const next = this.article.nextElementSibling ?? this.article.previousElementSibling;
    this.article.remove();
    tellShelf();
    (next?.card?.parts.title ?? byId(this.kept === null ? "order-title" : "shelf-title")).focus();
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.view.abc);
      this.say("The ABC is copied.");
    } catch {
      this.parts.editing.open = true;
      this.parts.text.select();
      this.say("The ABC is selected; copy it with the keyboard.");
    }
  }

  async share() {
    const link = `${window.location.origin}/#tune=${await packed(this.view.abc)}`;
    await navigator.clipboard.writeText(link);
    this.say("A link that holds the tune is copied.");
  }
}

function tellShelf() {
  const empty = !byId("kept").children.length;
  byId("empty").hidden = !empty;
  byId("books").hidden = empty;
}

// The shelf as one file.
async function saveBook(kind) {
  try {
    const answer = await ask(`/api/shelf.${kind}`, { method: "GET" });
    const leftOut = Number(answer.headers.get("X-Left-Out"));
    await save(answer);
    say(leftOut ? `The book is saved; ${leftOut} without a score left out.` : "The book is saved.");
  } catch (error) {
    say(error.message);
  }
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
    window.history.replaceState(null, "", "/"); // the same link may be opened again
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
  const warnings = [];
  try {
    const answer = await ask("/api/generate", { body: order, signal: mine.signal });
    for await (const { begun, tune, warning, error } of linesOf(answer)) {
      if (error) throw new Error(error);
      if (warning) warnings.push(warning);
      const view = tune ?? begun;
      if (!view) continue;
      if (card) card.show(view, { writing: !tune });
      else card = new Card(byId("desk"), view, { first: true, writing: !tune });
      if (tune) say([`${tune.title} is written.`, ...warnings].join(" "));
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

// What is shown of a tune that the server can show nothing of.
function unseen(abc, fault) {
  return { abc, title: "", problems: [], score: null, fault };
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
  byId("notice").textContent = choices.put_aside
    ? `The shelf was damaged. It is kept as ${choices.put_aside}, and a new one is begun.`
    : "";
  for (const button of byId("books").querySelectorAll("button")) {
    button.addEventListener("click", () => saveBook(button.dataset.kind));
  }
  let timer = 0;
  window.addEventListener("resize", () => {
    clearTimeout(timer);
    const cards = () => [...document.querySelectorAll("article")].map((article) => article.card);
    timer = setTimeout(() => cards().forEach((card) => card?.view.score && card.tune?.engrave({ again: true })), 200);
  });
  const kept = await asJson("/api/shelf", { method: "GET" });
  tellShelf();
  await openLink();
  window.addEventListener("hashchange", openLink);
  for (const { id, abc, made } of kept) {
    const instrument = made.asked?.instrument ?? "";
    const view = await asJson("/api/view", { body: { abc, instrument } }).catch(({ message }) => unseen(abc, message));
    new Card(byId("kept"), { ...view, made, copied: made.copied }, { kept: id });
    tellShelf();
  }
  document.body.dataset.ready = "yes";
}

begin().catch((error) => say(error.message));

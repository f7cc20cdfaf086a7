// The app: tunes are asked for, come bar by bar, are kept, and found again.

// -- the shelf

function tellShelf() {
  const empty = !byId("kept").children.length;
  byId("empty").hidden = !empty;
  byId("books").hidden = empty;
}

// The shelf as one file.
async function saveBook(kind) {
  say("The book is being made …");
  try {
    const answer = await ask(`/api/shelf.${kind}`, { method: "GET" });
    const leftOut = Number(answer.headers.get("X-Left-Out"));
    await save(answer);
    say(leftOut ? `The book is saved; ${leftOut} without a score left out.` : "The book is saved.");
  } catch (error) {
    say(error.message);
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
    return card;
  } catch (error) {
    card?.article.remove();
    // another tune is asked for already, which says how it goes
    if (writing === mine) say(error.name === "AbortError" ? "Stopped." : error.message);
    return null;
  } finally {
    if (writing === mine) {
      writing = null;
      byId("stop").disabled = true;
    }
  }
}

// The same tune once more, with the form as it was, and with the changes since then that can be made again.
async function again(made) {
  const form = byId("order");
  form.reset();
  for (const [name, value] of Object.entries({ ...made.asked, temperature: made.sampling.temperature, seed: made.seed })) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  const card = await write({ controls: made.asked, sampling: made.sampling, seed: made.seed, number: made.number - 1 });
  const told = [];
  for (const change of card ? made.changes ?? [] : []) {
    if (!change.task && !change.semitones) {
      told.push("What was edited by hand since then is not in it.");
      break;
    }
    await card.act(() => card.redo(change));
  }
  if (made.by && made.by !== shared.by) told.push(`It was made with ${made.by}, this is ${shared.by}.`);
  if (card && told.length) card.say(told.join(" "));
}

// What is shown of a tune that the server has not been asked about.
function unseen({ abc, title }) {
  return { abc, title, problems: [], score: null, fault: "" };
}

// Tunes that are not on the shelf outlive a page that is loaded anew, in its own tab.
const DESK = "desk";

function putAside() {
  const cards = [...byId("desk").querySelectorAll("article")].map((article) => article.card);
  const told = (card) => ({ abc: card.parts.text.value, title: card.view.title, made: card.view.made });
  const tunes = cards.filter((card) => card?.parts.text.value.trim()).map(told);
  try {
    sessionStorage.setItem(DESK, JSON.stringify(tunes));
  } catch {
    // there is no room, or it is forbidden: then they are gone, as in every page
  }
}

function takeBack() {
  let tunes = [];
  try {
    tunes = JSON.parse(sessionStorage.getItem(DESK) ?? "[]");
  } catch {
    // what cannot be read is not ours
  }
  for (const { abc, title, made: told } of tunes) {
    const made = asMade(told);
    new Card(byId("desk"), { ...unseen({ abc, title }), made, copied: made.copied }, { unseen: true });
  }
}

async function openLink() {
  const held = /^#tune=(.*)$/.exec(window.location.hash);
  if (!held) return;
  try {
    const { abc, made: told } = JSON.parse(await unpacked(held[1].replace(/[^\w-]+$/, "")));
    const made = asMade(told);
    const view = await asJson("/api/view", { body: { abc: `${abc}`, instrument: made.asked?.instrument ?? "" } });
    if (!view.score && !/^X:/m.test(abc)) throw new Error(view.fault);
    new Card(byId("desk"), { ...view, made, copied: made.copied }, { first: true });
    window.history.replaceState(null, "", window.location.pathname);
    say("The tune of the link is below.");
  } catch (error) {
    say(error.message === GONE ? GONE : "The link holds no tune that can be read.");
  }
}

async function begin() {
  const choices = await asJson("/api/choices", { method: "GET" });
  Object.assign(shared, { fonts: choices.fonts, width: choices.width, by: choices.made_by, instruments: choices.instruments });
  shared.sight = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        shared.sight.unobserve(target);
        target.card.act(() => target.card.look());
      }
    },
    { rootMargin: "100%" },
  );
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
    ? `The shelf was damaged. It is kept as ${choices.put_aside}; a new one is begun with the ${choices.saved} tunes that could be read.`
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
  document.body.classList.toggle("shelfless", !choices.shelf);
  const kept = choices.shelf ? await asJson("/api/shelf", { method: "GET" }) : [];
  tellShelf();
  takeBack();
  await openLink();
  window.addEventListener("hashchange", openLink);
  for (const tune of kept) {
    const made = asMade(tune.made);
    new Card(byId("kept"), { ...unseen(tune), made, copied: made.copied }, { kept: tune.id, unseen: true });
  }
  tellShelf();
  window.addEventListener("pagehide", putAside);
  window.addEventListener("beforeunload", (event) => {
    const cards = [...document.querySelectorAll("article")].map((article) => article.card);
    if (cards.some((card) => card?.unsaved)) event.preventDefault();
  });
  document.body.dataset.ready = "yes";
}

begin().catch((error) => say(error.message));

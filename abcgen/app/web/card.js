// A tune on the page: shown, played, written into, changed by the model, kept on the shelf.

// Milliseconds without a key before what was typed is looked at.
const PAUSE = 250;

class Card {
  // `view` is what the server shows of a tune; `kept` its number on the shelf, null for a new one. One that is
  // `unseen` is shown when it comes into sight.
  constructor(place, view, { kept = null, first = false, writing = false, unseen = false } = {}) {
    this.article = byId("card").content.firstElementChild.cloneNode(true);
    this.article.card = this;
    this.kept = kept;
    this.onShelf = kept === null ? null : view.abc;
    this.earlier = [];
    this.work = Promise.resolve();
    this.typing = 0;
    const part = (name) => this.article.querySelector(`[data-part="${name}"]`);
    this.parts = new Proxy({}, { get: (_, name) => part(name) });
    for (const tab of Object.keys(shared.tabs)) this.parts.signs.append(new Option(tab.replaceAll("-", " "), tab));
    for (let by = 6; by >= -5; by -= 1) this.parts.move.append(new Option(by > 0 ? `+${by}` : `${by}`, by, !by, !by));
    if (first) place.prepend(this.article);
    else place.append(this.article);
    this.listen();
    this.show(view, { writing });
    if (unseen) shared.sight.observe(this.article);
  }

  // Show what the server makes of its text, of which only the text is known as yet.
  async look() {
    const { made, copied } = this.view;
    const view = await this.unwritten(() => asJson("/api/view", { body: this.text() }));
    await this.show({ ...view, made, copied });
  }

  // Do something whose outcome takes the place of the text; nobody writes into it meanwhile.
  async unwritten(work) {
    this.parts.text.readOnly = true;
    try {
      return await work();
    } finally {
      this.parts.text.readOnly = false;
    }
  }

  // Whether something stands in the editor that has not been taken in.
  get typed() {
    return this.parts.text.value !== this.taken;
  }

  // Whether something of it would be lost: what was typed last, or what the shelf does not have as it is now.
  get unsaved() {
    const changing = this.article.hasAttribute("aria-busy") || this.view.abc !== this.onShelf;
    return this.typed || (this.kept !== null && changing);
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
    for (const [name, act] of Object.entries(acts)) {
      const takes = name !== "undo" && name !== "discard";
      parts[name].addEventListener("click", () => this.act(act, takes));
    }
    for (const button of article.querySelectorAll("[data-task]")) {
      button.addEventListener("click", () => this.act(() => this.change(button.dataset.task)));
    }
    for (const button of article.querySelectorAll("[data-render]")) {
      const { render } = button.dataset;
      button.addEventListener("click", () => this.act(async () => save(await ask(`/api/render/${render}`, { body: this.text() }))));
    }
    parts.again.addEventListener("click", () => again(this.view.made).catch((error) => say(error.message)));
    parts.move.addEventListener("change", () => this.act(() => this.move()));
    parts.text.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.shade([]);
      parts.undo.disabled = false;
      this.typing = setTimeout(() => this.act(() => {}), PAUSE);
    });
    parts.text.addEventListener("scroll", () => (parts.shades.scrollTop = parts.text.scrollTop));
  }

  // Do one thing after the other, each after what was typed is taken in; say what went wrong if it did.
  act(work, takesTyped = true) {
    const doing = this.work.then(async () => {
      this.article.setAttribute("aria-busy", "true");
      try {
        if (takesTyped) await this.takeTyped();
        await work();
      } catch (error) {
        this.say(error.message);
      } finally {
        if (this.work === doing) this.article.removeAttribute("aria-busy");
      }
    });
    this.work = doing;
    return doing;
  }

  // What the server is sent of it.
  text(more = {}) {
    return { abc: this.view.abc, instrument: this.view.made?.asked?.instrument ?? "", ...more };
  }

  // Show a tune; `typed` is its text where that comes from the editor, `writing` while more of it is to come.
  show(view, { typed = null, writing = false } = {}) {
    const { parts } = this;
    this.view = { made: this.view?.made ?? {}, ...view };
    const title = view.title || "Untitled";
    parts.title.textContent = title;
    parts.subtitle.textContent = (view.subtitles ?? []).join("; ");
    parts.subtitle.hidden = !view.subtitles?.length;
    parts.credits.textContent = view.credits ?? "";
    parts.credits.hidden = !view.credits;
    const lines = (view.words ?? []).map((words) => {
      const line = document.createElement("p");
      line.textContent = words;
      return line;
    });
    parts.words.replaceChildren(...lines);
    parts.words.hidden = !lines.length;
    parts.score.setAttribute("aria-label", `Score of ${title}`);
    for (const group of ["playing", "changing", "taking"]) parts[group].setAttribute("aria-label", `${title}: ${group}`);
    parts.text.setAttribute("aria-label", `ABC of ${title}`);
    if (typed === null) parts.text.value = view.abc;
    this.taken = typed ?? parts.text.value;
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
      const by = made.by ? ` (${made.by})` : "";
      lines.push(`${wishes}; temperature ${temperature}, top-p ${share}, seed ${made.seed}, tune ${made.number}${by}.`);
    }
    if (copied?.bars > 1) lines.push(`${copied.bars} bars in a row are as in ${copied.title || "an old tune"}.`);
    if (changes.length) lines.push(`Then: ${changes.map(({ told }) => told).join("; ")}.`);
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
    if (!this.typed) return;
    const abc = this.parts.text.value;
    if (abc.length > LONGEST) throw new Error(`A tune has at most ${LONGEST} characters, this one ${abc.length}; Undo takes it back.`);
    const view = await asJson("/api/view", { body: this.text({ abc }) });
    await this.become(view, { told: "edited" }, { typed: abc });
  }

  // -- changing it

  // Another tune takes its place; `how` is kept with it, and the shelf has it too.
  async become(view, how, { typed = null } = {}) {
    this.earlier.push(this.view);
    this.parts.undo.disabled = false;
    const { made } = this.view;
    const { changes = [] } = made;
    const again = how.told === "edited" && changes.at(-1)?.told === how.told;
    await this.show({ ...view, made: { ...made, changes: again ? changes : [...changes, how] } }, { typed });
    await this.keepChange();
  }

  async undo() {
    clearTimeout(this.typing);
    if (this.typed) {
      this.parts.text.value = this.taken;
      this.problems(this.view.problems);
      this.say("As it was before what was typed last.");
      this.parts.undo.disabled = !this.earlier.length;
      return;
    }
    const before = this.earlier.pop();
    this.parts.undo.disabled = !this.earlier.length;
    if (!before) return;
    await this.show(before);
    this.say("As it was before.");
    await this.keepChange();
  }

  async change(task) {
    const [first, last] = this.tune.chosen;
    const { sampling } = orderOf(byId("order"));
    await this.redo({ task, first, last, sampling, seed: Math.floor(Math.random() * 2 ** 31) });
  }

  async move() {
    const semitones = Number(this.parts.move.value);
    this.parts.move.value = "0";
    if (semitones) await this.redo({ semitones });
  }

  // Make a change that is known in full: a task with its seed, or a move.
  async redo({ told: _, ...how }) {
    if (how.task) {
      this.say("Writing …");
      const view = await this.unwritten(() => asJson("/api/change", { body: this.text(how) }));
      const { temperature } = how.sampling ?? {};
      const free = temperature === undefined ? "" : `, temperature ${temperature}`;
      await this.become(view, { ...how, told: `${how.task}, ${view.changed}, seed ${how.seed}${free}` });
      this.say(`${view.changed}; seed ${how.seed}.`);
    } else {
      const view = await this.unwritten(() => asJson("/api/view", { body: this.text(how) }));
      await this.become(view, { ...how, told: `moved by ${how.semitones}` });
    }
  }

  // -- the shelf, copies and links

  // A tune of the shelf is changed there too, as long as it is one.
  async keepChange() {
    if (this.kept === null) return;
    if (!this.view.score) {
      this.say("The shelf has it as it was, until it is a tune again.");
      return;
    }
    try {
      await ask(`/api/shelf/${this.kept}`, { method: "PUT", body: { ...this.forShelf(), before: this.onShelf } });
    } catch (error) {
      if (error.status !== 404 && error.status !== 409) throw error;
      this.kept = null;
      await this.show(this.view);
      const lost = "Another window took it off the shelf; Keep puts it there again.";
      this.say(error.status === 404 ? lost : "Another window changed it on the shelf; Keep puts this one there as well.");
      return;
    }
    this.onShelf = this.view.abc;
    this.say("The shelf has it as it is now.");
  }

  forShelf() {
    const { abc, made, copied } = this.view;
    return { abc, made: { ...made, copied } };
  }

  async keep() {
    if (this.kept !== null) return;
    const kept = await asJson("/api/shelf", { body: this.forShelf() });
    this.kept = kept.id;
    this.onShelf = this.view.abc;
    byId("kept").prepend(this.article);
    this.show(this.view);
    this.say("It is on the shelf.");
    this.parts.title.focus();
    tellShelf();
  }

  async discard() {
    if (this.kept !== null) {
      if (!window.confirm(`Take ${this.view.title || "this tune"} off the shelf? It will be gone.`)) return;
      await ask(`/api/shelf/${this.kept}`, { method: "DELETE" }).catch((error) => {
        if (error.status !== 404) throw error; // another window was here before
      });
    }
    clearTimeout(this.typing);
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
    const { abc, made } = this.view;
    const link = `${window.location.origin}/#tune=${await packed(JSON.stringify({ abc, made }))}`;
    try {
      await navigator.clipboard.writeText(link);
      this.say("A link that holds the tune is copied.");
    } catch {
      const shown = Object.assign(document.createElement("a"), { href: link, textContent: "this link" });
      this.parts.said.replaceChildren("Copy the address of ", shown, "; it holds the tune.");
      shown.focus();
    }
  }
}

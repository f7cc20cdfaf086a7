// A tune in a page: its score, and what plays it, moves it and takes it away.

// From this width on a score keeps the lines that its writer gave it; in centimetres, at 96 pixels an inch.
const WIDE = 14;
const NARROWEST = 7.5;
const PIXELS = 96 / 2.54;

// Of the parts of an article, those that move, copy and save may be missing. `shared` is what all tunes of a page have: its engraver and player, and the width, fonts and tabs of scores.
class TuneView {
  constructor(article, tune, shared) {
    const { engraver, player } = shared;
    Object.assign(this, { article, tune, shared, engraver, player });
    const part = (name) => article.querySelector(`[data-part="${name}"]`);
    this.parts = new Proxy({}, { get: (_, name) => part(name) });
    this.score = new Score(this.parts.score, this.shared.fonts);
    this.width = 0;
    this.parts.play.addEventListener("click", () => (this.mine ? player.stop() : this.play()));
    this.parts.tempo.addEventListener("input", () => this.setTempo());
    this.parts.transpose?.addEventListener("change", () => this.transpose());
    this.parts.signs.addEventListener("change", () => this.engrave());
    for (const name of ["from", "to"]) this.parts[name].addEventListener("change", () => this.choose(name));
    this.parts.loop.addEventListener("change", () => this.mine && this.play(player.position()));
    this.parts.copy?.addEventListener("click", () => this.copy());
    this.parts.midi?.addEventListener("click", () => this.download());
    this.pressed = null;
    this.parts.score.addEventListener("pointerdown", (event) => {
      this.pressed = event.button === 0 ? this.score.noteAt(event) : null;
    });
    this.parts.score.addEventListener("pointerup", (event) => this.point(event));
    this.parts.score.addEventListener("pointercancel", () => (this.pressed = null));
    this.setTempo();
  }

  // Show another tune in the place of this one.
  become(tune) {
    if (this.mine) this.player.stop();
    this.tune = tune;
    const last = tune.first_bar + Math.max(0, tune.begins.length - 2);
    const { from, to } = this.parts;
    const whole = from.value === from.min && to.value === to.max;
    for (const input of [from, to]) Object.assign(input, { min: tune.first_bar, max: last });
    if (whole) [from.value, to.value] = [tune.first_bar, last];
    else [from.value, to.value] = this.chosen;
    this.setTempo();
    return this.engrave();
  }

  get variant() {
    return this.tune.variants[this.parts.transpose?.value ?? 0];
  }

  get semitones() {
    return this.variant.semitones;
  }

  // Whether this tune is what is being played.
  get mine() {
    return this.player.playing && this.player.music === this.tune.music;
  }

  // -- the score

  // Engrave it as it is now to be seen; with `again` only where its place has another width than it had.
  async engrave({ again = false } = {}) {
    this.parts.score.hidden = false;
    const room = this.parts.score.clientWidth / PIXELS;
    const width = Math.min(this.shared.width, Math.max(NARROWEST, room || this.shared.width));
    if (again && Math.abs(width - this.width) < 0.2) return;
    this.width = width;
    const { variant } = this;
    const shown = (this.latest = {});
    const lines = width < WIDE ? "%%linebreak <none>\n" : "";
    const head = `%%pagewidth ${width.toFixed(2)}cm\n${lines}`;
    const signs = this.signs();
    let found = null;
    for (const text of [variant.text, variant.without_slurs].filter(Boolean)) {
      try {
        found = await this.engraver.engrave(head + withSigns(text, signs));
        break;
      } catch (error) {
        this.fault = String(error.message ?? error);
      }
    }
    if (this.latest !== shown) return;
    let fault = !found ? this.fault : this.asRead(found.first) ? "" : "its notes would be others";
    if (!fault) {
      try {
        this.score.show(found.pieces);
      } catch (error) {
        fault = String(error.message ?? error);
      }
    }
    if (fault) {
      this.parts.score.hidden = true;
      this.say(`This score cannot be shown: ${fault}.`);
      return;
    }
    this.article.dataset.engraved = this.tune.variants.indexOf(variant);
    this.mark();
  }

  // The signs under each note, as they are chosen.
  signs() {
    const { tune, variant } = this;
    const chosen = this.parts.signs.value;
    if (!chosen) return [];
    return tune.events.map((pitches, event) => {
      if (chosen === "names") return [variant.names[event]];
      return this.shared.tabs[chosen][pitches.map((midi) => midi + this.semitones).join()] ?? [];
    });
  }

  // Whether the engraver read the notes of the first voice that the tune has.
  asRead(first) {
    const read = first.map(([, pitches]) => [...pitches].sort((one, other) => one - other).join());
    const wanted = this.tune.events
      .slice(0, this.tune.begins.at(-1))
      .map((pitches) => pitches.map((midi) => midi + this.semitones).join());
    return read.length === wanted.length && read.every((pitches, at) => pitches === wanted[at]);
  }

  // -- playing

  play(start) {
    const { music } = this.tune;
    const [from, to] = this.section();
    const loop = this.parts.loop.checked;
    this.player.change({ rate: this.rate, semitones: this.semitones });
    const moved = (tick) => this.score.point(tick === null ? null : this.eventAt(tick));
    const ended = () => this.showPlaying(false);
    const within = start !== undefined && start >= from && start < to ? start : from;
    const playing = this.player.play(music, { from, start: within, to, loop, moved, ended });
    this.showPlaying(true);
    playing.catch((error) => {
      this.player.stop();
      this.showPlaying(false);
      this.say(`This cannot be played here: ${error.message}.`);
    });
  }

  showPlaying(playing) {
    this.parts.play.textContent = playing ? "Stop" : "Play";
    this.parts.play.setAttribute("aria-pressed", playing);
  }

  // The note that sounds at a tick of the music as played.
  eventAt(tick) {
    const { moments } = this.tune.music;
    let low = 0;
    let high = moments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (moments[middle][0] <= tick) low = middle + 1;
      else high = middle;
    }
    return low ? moments[low - 1][1] : null;
  }

  get rate() {
    return Number(this.parts.tempo.value) / 100;
  }

  setTempo() {
    const quarters = Math.round(this.tune.music.quarters * this.rate);
    this.parts.speed.textContent = `${quarters}`;
    this.parts.tempo.setAttribute("aria-valuetext", `${quarters} quarter notes a minute`);
    if (this.mine) this.player.change({ rate: this.rate });
  }

  transpose() {
    if (this.mine) this.player.change({ semitones: this.semitones });
    this.parts.abc.textContent = this.variant.abc;
    this.engrave();
  }

  // -- a selection of bars

  get chosen() {
    const clamp = (input) => {
      const value = Math.round(Number(input.value));
      return Math.min(Number(input.max), Math.max(Number(input.min), Number.isFinite(value) ? value : 0));
    };
    const from = clamp(this.parts.from);
    const to = clamp(this.parts.to);
    return from <= to ? [from, to] : [to, from];
  }

  get all() {
    const [from, to] = this.chosen;
    return from === Number(this.parts.from.min) && to === Number(this.parts.to.max);
  }

  // From which tick to which the chosen bars are played for the first time.
  section() {
    const { bars, length } = this.tune.music;
    if (this.all) return [0, length];
    const [from, to] = this.chosen.map((bar) => bar - this.tune.first_bar);
    const first = bars.findIndex(([, bar]) => bar === from);
    const last = bars.findIndex(([, bar], at) => at >= first && bar === to);
    if (first < 0 || last < 0) return [0, length];
    return [bars[first][0], bars[last + 1]?.[0] ?? length];
  }

  // Take the bars as they are given; of `from` and `to` the one that was not changed gives way.
  choose(changed = "") {
    const { from, to } = this.parts;
    if (changed && Number(from.value) > Number(to.value)) (changed === "from" ? to : from).value = this.parts[changed].value;
    [from.value, to.value] = this.chosen;
    this.mark();
    if (this.mine) this.play(this.player.position());
  }

  mark() {
    const [from, to] = this.chosen.map((bar) => bar - this.tune.first_bar);
    const { begins } = this.tune;
    this.score.choose(this.all ? 0 : begins[from], this.all ? 0 : begins[to + 1]);
  }

  // A note that was pressed is where playing begins, and bars without it are chosen no more; from one note to
  // another, their bars are chosen.
  point(event) {
    const released = this.score.noteAt(event);
    const { pressed } = this;
    this.pressed = null;
    if (released === null || pressed === null) return;
    const [first, last] = [pressed, released].sort((one, other) => one - other);
    if (first === last) {
      const within = ([from, to]) =>
        this.tune.music.moments.find(([tick, at]) => at === first && tick >= from && tick < to);
      let moment = within(this.section());
      if (!moment) {
        [this.parts.from.value, this.parts.to.value] = [this.parts.from.min, this.parts.to.max];
        this.mark();
        moment = within(this.section());
      }
      if (moment) this.play(moment[0]);
      return;
    }
    const barOf = (note) => this.tune.begins.findLastIndex((begin) => begin <= note) + this.tune.first_bar;
    [this.parts.from.value, this.parts.to.value] = [barOf(first), barOf(last)];
    this.choose();
  }

  // -- taking it away

  async copy() {
    try {
      await navigator.clipboard.writeText(this.variant.abc);
      this.say("The ABC is copied.");
    } catch {
      this.parts.abc.closest("details").open = true;
      window.getSelection().selectAllChildren(this.parts.abc);
      this.say("The ABC is selected; copy it with the keyboard.");
    }
  }

  download() {
    const bytes = midiFile(this.tune.music, this.semitones, this.rate);
    const address = URL.createObjectURL(new Blob([bytes], { type: "audio/midi" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `${this.tune.stem}.mid`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  say(text) {
    this.parts.said.textContent = text;
  }
}

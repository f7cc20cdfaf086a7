// Sounds of a page: a plucked string, made here, and a player that knows where in the music it is.
// Times of music are in ticks, 10,080 a quarter note; of sounds, in seconds.

const TICKS = 10080;
// A string by Karplus and Strong: how long it rings, what is left of a period's brightness, how it was plucked.
const RINGS = 2.2;
const SEED = 20070;
// Milliseconds after which sound that has not begun is given up.
const PATIENT = 3000;

// Samples of a plucked string of so many cycles a second, from -1 to 1.
function plucked(frequency, rate) {
  const samples = new Float32Array(Math.round(RINGS * rate));
  const period = rate / frequency;
  const whole = Math.floor(period - 0.6); // the mean of two samples is half a sample of delay
  const rest = period - 0.5 - whole;
  const pass = (1 - rest) / (1 + rest); // an all-pass is the part of a sample that is left
  const decay = 0.001 ** (1 / (frequency * RINGS));
  const string = new Float32Array(whole);
  let random = SEED;
  let low = 0;
  for (let at = 0; at < whole; at += 1) {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    low = 0.55 * low + 0.45 * (random / 2147483648 - 1);
    string[at] = low;
  }
  let before = 0;
  let passedIn = 0;
  let passedOut = 0;
  let most = 0;
  for (let at = 0; at < samples.length; at += 1) {
    const out = string[at % whole];
    const mean = decay * 0.5 * (out + before);
    before = out;
    passedOut = pass * mean + passedIn - pass * passedOut;
    passedIn = mean;
    string[at % whole] = passedOut;
    samples[at] = out;
    most = Math.max(most, Math.abs(out));
  }
  return samples.map((sample) => sample / (most || 1));
}

// Fails after a while.
function late() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("the browser gives no sound")), PATIENT));
}

function frequencyOf(midi) {
  return 440 * 2 ** ((midi - 69) / 12);
}

class Plucks {
  constructor(context) {
    this.context = context;
    this.buffers = new Map();
    this.out = context.createDynamicsCompressor();
    this.out.connect(context.destination);
    this.sounding = new Set();
  }

  buffer(midi) {
    if (!this.buffers.has(midi)) {
      const samples = plucked(frequencyOf(midi), this.context.sampleRate);
      const buffer = this.context.createBuffer(1, samples.length, this.context.sampleRate);
      buffer.copyToChannel(samples, 0);
      this.buffers.set(midi, buffer);
    }
    return this.buffers.get(midi);
  }

  pluck(midi, when, lasts, loudness) {
    const source = this.context.createBufferSource();
    const gain = this.context.createGain();
    source.buffer = this.buffer(midi);
    gain.gain.setValueAtTime(loudness, when);
    gain.gain.setValueAtTime(loudness, when + lasts);
    gain.gain.exponentialRampToValueAtTime(loudness / 1000, when + lasts + 0.12);
    source.connect(gain).connect(this.out);
    source.start(when);
    source.stop(when + lasts + 0.15);
    this.sounding.add(source);
    source.onended = () => this.sounding.delete(source);
  }

  silence() {
    for (const source of this.sounding) source.stop();
    this.sounding.clear();
  }
}

// Plays one music at a time. `music`: sounds [onset, midi, duration, loudness], by onset; quarters a minute.
class Player {
  constructor(newContext) {
    this.newContext = newContext;
    this.context = null;
    this.music = null;
    this.anchors = []; // [second, tick]: where the music is from a second on
    this.next = 0;
    this.timer = 0;
    this.semitones = 0;
    this.rate = 1;
    this.ahead = 0.35;
  }

  get playing() {
    return this.timer !== 0;
  }

  get ticksASecond() {
    return (this.music.quarters * this.rate * TICKS) / 60;
  }

  // Play from a tick up to another; `loop`: then again from the first. `moved` is told the tick, `ended` the end.
  async play(music, { from = 0, start = from, to = Infinity, loop = false, moved, ended }) {
    this.stop();
    this.context ??= this.newContext();
    this.plucks ??= new Plucks(this.context);
    this.music = music;
    this.section = { from, to: Math.min(to, music.length), loop };
    this.moved = moved;
    this.ended = ended;
    const begun = (this.begun = {});
    await Promise.race([this.context.resume(), late()]);
    if (this.begun !== begun) return; // stopped, or told to play something else, in the meantime
    this.timer = setInterval(() => this.sound(), 60);
    this.seek(start);
    this.draw();
  }

  stop() {
    this.begun = null;
    if (!this.playing) return;
    clearInterval(this.timer);
    cancelAnimationFrame(this.frame);
    this.timer = 0;
    this.plucks.silence();
    const ended = this.ended;
    this.moved?.(null);
    ended?.();
  }

  // The tick that is heard now.
  position() {
    const now = this.context.currentTime;
    while (this.anchors.length > 1 && this.anchors[1][0] <= now) this.anchors.shift();
    const [second, tick] = this.anchors[0];
    return tick + Math.max(0, now - second) * this.ticksASecond;
  }

  // Go on from a tick.
  seek(tick) {
    this.plucks.silence();
    this.anchors = [[this.context.currentTime + 0.06, tick]];
    this.next = this.after(tick);
    this.sound();
  }

  after(tick) {
    const found = this.music.sounds.findIndex(([onset]) => onset >= tick);
    return found < 0 ? this.music.sounds.length : found;
  }

  // Change how fast, or how high, what is being played is played.
  change({ rate = this.rate, semitones = this.semitones }) {
    const tick = this.playing ? this.position() : 0;
    this.rate = rate;
    this.semitones = semitones;
    if (this.playing) this.seek(tick);
  }

  sound() {
    const { from, to, loop } = this.section;
    const until = this.context.currentTime + this.ahead;
    for (;;) {
      const [second, tick] = this.anchors.at(-1);
      const whenOf = (at) => second + (at - tick) / this.ticksASecond;
      const sound = this.music.sounds[this.next];
      if (sound && sound[0] < to) {
        const [onset, midi, duration, loudness] = sound;
        const when = whenOf(onset);
        if (when > until) return;
        const lasts = Math.min(duration, to - onset) / this.ticksASecond;
        this.plucks.pluck(midi + this.semitones, Math.max(when, this.context.currentTime), lasts, loudness);
        this.next += 1;
      } else if (whenOf(to) > until) return;
      else if (loop && to > from) {
        this.anchors.push([whenOf(to), from]);
        this.next = this.after(from);
      } else return;
    }
  }

  draw() {
    if (!this.playing) return;
    const tick = this.position();
    if (tick >= this.section.to && !this.section.loop) return this.stop();
    this.moved?.(tick);
    this.frame = requestAnimationFrame(() => this.draw());
  }
}

// -- a MIDI file -------------------------------------------------------------------------------------------

function varying(number) {
  const bytes = [number & 127];
  for (let rest = number >>> 7; rest; rest >>>= 7) bytes.unshift((rest & 127) | 128);
  return bytes;
}

function big(number, bytes) {
  return Array.from({ length: bytes }, (_, at) => (number >>> (8 * (bytes - 1 - at))) & 255);
}

// A Standard MIDI File of one track, as bytes.
function midiFile(music, semitones, rate) {
  const events = [];
  for (const [onset, midi, duration, loudness] of music.sounds) {
    events.push([onset, 1, [0x90, midi + semitones, Math.max(1, Math.round(loudness * 127))]]);
    events.push([onset + duration, 0, [0x80, midi + semitones, 0]]);
  }
  events.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const tempo = Math.round(60e6 / (music.quarters * rate));
  const track = [0, 0xff, 0x51, 3, ...big(tempo, 3), 0, 0xc0, music.program];
  let now = 0;
  for (const [at, , bytes] of events) {
    track.push(...varying(at - now), ...bytes);
    now = at;
  }
  track.push(0, 0xff, 0x2f, 0);
  const header = [...big(6, 4), ...big(0, 2), ...big(1, 2), ...big(TICKS, 2)];
  const named = (name) => [...name].map((letter) => letter.charCodeAt(0));
  return Uint8Array.from([...named("MThd"), ...header, ...named("MTrk"), ...big(track.length, 4), ...track]);
}

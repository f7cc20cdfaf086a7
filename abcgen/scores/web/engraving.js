// What asks the engraver, in a thread of its own, for scores, and where signs are put under their notes.

const PATIENCE = 10_000;
const SIGN = /⁅(\d+)⁆/g;

// The engraver in a thread of its own: one text at a time, those that are asked for last first.
class Engraver {
  constructor(address) {
    this.address = address;
    this.waiting = [];
    this.busy = false;
  }

  // The pictures and notes of a text. Rejects when the engraver fails, or takes too long.
  engrave(text) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ text, resolve, reject });
      this.begin();
    });
  }

  begin() {
    if (this.busy || !this.waiting.length) return;
    this.worker ??= new Worker(this.address);
    const { text, resolve, reject } = this.waiting.pop();
    this.busy = true;
    const over = (give, found) => {
      clearTimeout(timer);
      this.busy = false;
      give(found);
      this.begin();
    };
    const lost = (reason) => {
      this.worker.terminate();
      this.worker = null;
      over(reject, new Error(reason));
    };
    const timer = setTimeout(() => lost("engraving took too long"), PATIENCE);
    this.worker.onmessage = ({ data }) => (data.fault ? lost(data.fault) : over(resolve, data));
    this.worker.onerror = (event) => lost(event.message);
    this.worker.postMessage(text);
  }
}

// The text for the engraver with rows of signs under the notes; `signs[event]` are those of one, from the top.
function withSigns(text, signs) {
  const rows = Math.max(0, ...signs.map((column) => column.length));
  return text
    .split("\n")
    .flatMap((line) => {
      if (!line.startsWith("w:") || line.search(SIGN) < 0) return [line];
      return Array.from({ length: rows }, (_, row) =>
        line.replace(SIGN, (_, event) => signs[event]?.[row] || "*"),
      );
    })
    .join("\n");
}

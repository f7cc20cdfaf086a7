// abc2svg at work: a text goes in; pictures come out, and the notes that it read, of all voices and of the first.
// With `marks` there is a rectangle of the class "mark mN" around the Nth note or chord of the first voice.

// Semitones of abc2svg's forty steps of an octave: C with two flats to two sharps, a step of no name, D ...
const EQUAL = Float32Array.from(
  [-2, -1, 0, 1, 2, 0, 0, 1, 2, 3, 4, 0, 2, 3, 4, 5, 6, 3, 4, 5, 6, 7, 0, 5, 6, 7, 8, 9, 0, 7, 8, 9, 10, 11, 0, 9, 10, 11, 12, 13],
);

function engrave(text, marks) {
  const pieces = [];
  const voices = {};
  let first = null;
  const numbers = new Map();
  const user = {
    img_out: (piece) => pieces.push(piece),
    errmsg: () => {},
    read_file: () => null,
    get_abcmodel: (_, table) => {
      first ??= table[0].id;
      for (const voice of table) {
        const notes = (voices[voice.id] ??= []);
        for (let symbol = voice.sym; symbol; symbol = symbol.next) {
          if (symbol.type !== abc2svg.C.NOTE) continue;
          if (voice.id === first) numbers.set(symbol, notes.length);
          notes.push([symbol.dur_orig, symbol.notes.map((note) => note.midi)]);
        }
      }
    },
  };
  if (marks) {
    user.anno_stop = (type, start, stop, x, y, width, height, symbol) => {
      if (type !== "note" || !numbers.has(symbol)) return;
      abc.out_svg(`<rect class="mark m${numbers.get(symbol)}" x="`);
      abc.out_sxsy(x, '" y="', y);
      abc.out_svg(`" width="${width.toFixed(1)}" height="${abc.ah(height).toFixed(1)}"/>\n`);
    };
  }
  const abc = new abc2svg.Abc(user);
  // bagpipes too in equal temper, as everything else that is played
  if (text.includes("K:H")) abc.cfmt().temper = EQUAL;
  abc.tosvg("tune", text);
  return { pieces, voices, first: voices[first] ?? [] };
}

// In a thread of its own it answers each text with what it makes of it.
if (typeof postMessage === "function") {
  onmessage = ({ data }) => {
    try {
      postMessage(engrave(data, true));
    } catch (error) {
      postMessage({ fault: String(error) });
    }
  };
}

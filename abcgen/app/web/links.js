// Tunes in links, and how they were made as far as that is told.

// The bytes that come out of a stream; throws when they are more than `most`.
async function throughStream(bytes, stream, most = Infinity) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const found = [];
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      reader.cancel();
      throw new Error("the link holds too much");
    }
    found.push(value);
  }
  return new Uint8Array(await new Blob(found).arrayBuffer());
}

async function packed(text) {
  const bytes = await throughStream(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(await throughStream(bytes, new DecompressionStream("deflate-raw"), 8 * LONGEST));
}

// How a tune was made, as far as it is told as the page tells it: it may come from a link, or from anywhere.
function asMade(found) {
  const object = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value : {});
  const { asked, sampling, seed, number, by, changes, copied } = object(found);
  const known = { changes: (Array.isArray(changes) ? changes : []).filter((change) => typeof object(change).told === "string") };
  if (typeof object(copied).bars === "number") known.copied = { ...copied, title: `${copied.title ?? ""}` };
  if (Number.isInteger(seed) && Number.isInteger(number) && object(sampling) === sampling) {
    const plain = (value) => ["string", "number", "boolean"].includes(typeof value);
    const unknown = (name, value) => name === "instrument" && !shared.instruments.includes(value);
    const wishes = Object.entries(object(asked)).filter(([name, value]) => plain(value) && !unknown(name, value));
    Object.assign(known, { asked: Object.fromEntries(wishes), sampling, seed, number, by: typeof by === "string" ? by : "" });
  }
  return known;
}

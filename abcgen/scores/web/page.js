// A page of tunes.

// What the page knows of its tunes: JSON, which is packed so that a book of hundreds is small.
async function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

const coming = document.getElementById("coming");

async function begin() {
  const book = await unpacked(document.getElementById("tunes").textContent);
  const texts = [...document.querySelectorAll("script[type='text/plain']")].map((part) => part.textContent);
  const engraver = new Engraver(URL.createObjectURL(new Blob(texts, { type: "text/javascript" })));
  const player = new Player(() => new AudioContext());
  const articles = [...document.querySelectorAll("article[data-tune]")];
  const shared = { ...book, engraver, player };
  const views = articles.map(
    (article) => new TuneView(article, book.tunes[Number(article.dataset.tune)], shared),
  );
  // The last that is asked for is engraved first: the top of the page. What is printed before all are there
  // says so.
  let left = views.length;
  const tell = () => (coming.textContent = left ? `${left} of ${views.length} scores are still being drawn.` : "");
  tell();
  for (const view of views.reverse()) {
    view.engrave().finally(() => {
      left -= 1;
      tell();
    });
  }
  let timer = 0;
  window.addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(() => views.forEach((view) => view.engrave({ again: true })), 200);
  });
}

begin().catch((error) => (coming.textContent = `The scores cannot be shown in this browser: ${error.message}.`));

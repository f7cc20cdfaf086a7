// Scores in a page: SVG of the engraver made safe, the note that sounds shown in it, notes found under the pointer.

const SVG = "http://www.w3.org/2000/svg";
const XLINK = "http://www.w3.org/1999/xlink";
const DRAWN = new Set(
  "g path text tspan use rect ellipse circle line polygon polyline defs".split(" "),
);
const NUMERIC = /^[\d\s,.eE+-]*$/;
const SAFE = new Map([
  ..."x y dx dy x1 y1 x2 y2 cx cy r rx ry width height points rotate font-size textLength stroke-width stroke-dasharray"
    .split(" ")
    .map((name) => [name, NUMERIC]),
  ["d", /^[\d\s,.eE+MmLlHhVvCcSsQqTtAaZz-]*$/],
  ["transform", /^(\s*(translate|scale|rotate|matrix|skewX|skewY)\([\d\s,.eE+-]*\)[\s,]*)*$/],
  ["id", /^[\w.-]{1,60}$/],
  ["class", /^[\w\s-]{0,80}$/],
  ["fill", /^(none|currentColor|black|white|red|#[0-9a-fA-F]{3,6})$/],
  ["stroke", /^(none|currentColor|black|white|red|#[0-9a-fA-F]{3,6})$/],
  ["text-anchor", /^(start|middle|end)$/],
  ["style", /^((font-size|stroke-width):[\d.]+(px)?;?|stroke-dasharray:[\d\s,.]+;?\s*)*$/],
]);
// In the engraver's pictures no text has a sign "<" of its own.
const STYLE = /<style[^>]*>([^<]*)<\/style>/g;
const FONT_RULE = /\.([a-zA-Z]\w{0,20})\s*\{font:((?:italic |oblique |bold )*)([\d.]+)px ([^};]*);?\}/g;
const FONT_STYLE = /^font:((?:italic |oblique |bold )*)([\d.]+)px ([^};]*);?$/;

// A copy of an element and what is in it, of the elements and attributes that scores are made of; null for others.
function safeCopy(element, fonts) {
  if (element.namespaceURI !== SVG || !DRAWN.has(element.localName)) return null;
  const copy = document.createElementNS(SVG, element.localName);
  for (const { name, value } of element.attributes) {
    if (name === "xlink:href") {
      if (/^#[\w.-]{1,60}$/.test(value)) copy.setAttributeNS(XLINK, "xlink:href", value);
    } else if (SAFE.get(name)?.test(value)) copy.setAttribute(name, value);
    else if (name === "style" && FONT_STYLE.test(value)) {
      const [, traits, size, family] = FONT_STYLE.exec(value);
      copy.style.font = fontOf(traits, size, family, fonts);
    }
  }
  const words = element.localName === "text" || element.localName === "tspan";
  for (const child of element.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE) copy.append(safeCopy(child, fonts) ?? "");
    else if (words && child.nodeType === Node.TEXT_NODE) copy.append(child.data);
  }
  return copy;
}

function fontRules(css, fonts) {
  const rules = [...css.matchAll(FONT_RULE)];
  return rules.map(([, name, ...font]) => `.${name}{font:${fontOf(...font, fonts)}}`).join("\n");
}

// A font of the engraver over families of the page.
function fontOf(traits, size, family, fonts) {
  const music = family.includes("music") || family.trim() === fonts.music;
  const style = /italic|oblique/.test(traits) ? "italic" : "normal";
  const weight = traits.includes("bold") ? "bold" : "normal";
  return `${style} ${weight} ${Number(size)}px ${music ? fonts.music : fonts.words}`;
}

// The engraver's documents, one a system, as elements that are safe to show.
function safeSystems(pieces, fonts) {
  const found = [];
  for (const piece of pieces) {
    if (!piece.startsWith("<svg")) continue;
    const css = [...piece.matchAll(STYLE)].map(([, rules]) => rules).join("");
    const root = new DOMParser().parseFromString(piece.replace(STYLE, ""), "image/svg+xml").documentElement;
    const box = (root.getAttribute("viewBox") ?? "").split(/\s+/).map(Number);
    if (root.localName !== "svg" || box.length !== 4 || box.some(Number.isNaN)) {
      throw new Error("the engraver's picture has no size");
    }
    const system = document.createElementNS(SVG, "svg");
    system.setAttribute("viewBox", box.join(" "));
    system.setAttribute("width", box[2]);
    system.setAttribute("height", box[3]);
    if (SAFE.get("class").test(root.getAttribute("class") ?? " ")) {
      system.setAttribute("class", root.getAttribute("class") ?? "");
    }
    system.append(...[...root.childNodes].map((child) => (child.nodeType === Node.ELEMENT_NODE && safeCopy(child, fonts)) || ""));
    found.push({ system, rules: fontRules(css, fonts) });
  }
  return found;
}

// A score within `host`, whose own style keeps it from the page's, and the page from it.
class Score {
  constructor(host, fonts) {
    this.host = host;
    this.fonts = fonts;
    this.root = host.attachShadow({ mode: "open" });
    this.marks = new Map();
    this.shown = null;
  }

  show(pieces) {
    const systems = safeSystems(pieces, this.fonts);
    const style = new CSSStyleSheet();
    style.replaceSync(`${systems.map(({ rules }) => rules).join("\n")}\n${this.fonts.strokes}
      :host { display: block; }
      svg { display: block; width: 100%; height: auto; fill: #000; stroke-width: .7; }
      .mark { fill: transparent; stroke: none; cursor: pointer; }
      .mark.chosen { fill: #3a7d4426; }
      .mark.sounding { fill: #d9822b66; }`);
    this.root.adoptedStyleSheets = [style];
    this.root.replaceChildren(...systems.map(({ system }) => system));
    this.marks.clear();
    for (const mark of this.root.querySelectorAll(".mark")) {
      const number = [...mark.classList].find((name) => /^m\d+$/.test(name));
      if (number) this.marks.set(Number(number.slice(1)), mark);
    }
    this.shown = null;
  }

  // Show which note sounds; null for none.
  point(event) {
    if (event === this.shown) return;
    this.marks.get(this.shown)?.classList.remove("sounding");
    const mark = this.marks.get(event);
    mark?.classList.add("sounding");
    this.shown = event;
    if (!mark) return;
    const { top, bottom } = mark.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) {
      const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      mark.scrollIntoView({ block: "center", behavior: still ? "instant" : "smooth" });
    }
  }

  // Tint the notes from one number up to another, and no others.
  choose(first, end) {
    for (const [number, mark] of this.marks) mark.classList.toggle("chosen", first <= number && number < end);
  }

  // The number of the note at a place of the screen; null where there is none.
  noteAt(event) {
    for (const [number, mark] of this.marks) {
      const box = mark.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right;
      if (inside && event.clientY >= box.top && event.clientY <= box.bottom) return number;
    }
    return null;
  }
}

// The page's own small base: data that arrives by script, the address, elements made of text, classes of edits.
"use strict";

const Clean = {
  index: null,
  shards: new Map(),
  waiting: new Map(),
  views: {},
};

// Every data file calls this. A shard may come long after the page.
Clean.data = (name, value) => {
  if (name === "index") Clean.index = value;
  else Clean.shards.set(name, value);
  const waiting = Clean.waiting.get(name);
  Clean.waiting.delete(name);
  if (waiting) waiting.resolve(value);
};

const KEPT_SHARDS = 6; // of the order of a megabyte each

Clean.shard = (number) => {
  const name = `docs-${number}`;
  const there = Clean.shards.get(name);
  if (there) {
    Clean.shards.delete(name); // put it last: the first one is the one not used for longest
    Clean.shards.set(name, there);
    return Promise.resolve(there);
  }
  let waiting = Clean.waiting.get(name);
  if (!waiting) {
    waiting = {};
    waiting.promise = new Promise((resolve, reject) => Object.assign(waiting, { resolve, reject }));
    Clean.waiting.set(name, waiting);
    const script = document.createElement("script");
    script.src = `data/${name}.js`;
    script.onload = () => script.remove();
    script.onerror = () => {
      Clean.waiting.delete(name);
      waiting.reject(new Error(`data/${name}.js cannot be read`));
    };
    document.head.append(script);
    while (Clean.shards.size >= KEPT_SHARDS) Clean.shards.delete(Clean.shards.keys().next().value);
  }
  return waiting.promise;
};

// Rows of index.docs: see report.py.
const DOC = { id: 0, status: 1, raw: 2, removed: 3, written: 4, edits: 5, notes: 6, shard: 7, at: 8, risk: 9, title: 10 };

Clean.document = async (place) => {
  const row = Clean.index.docs[place];
  if (!row || row[DOC.shard] < 0) return null;
  const shard = await Clean.shard(row[DOC.shard]);
  return shard[row[DOC.at]];
};

Clean.placeOf = (id) => {
  if (!Clean.places) Clean.places = new Map(Clean.index.docs.map((row, place) => [row[DOC.id], place]));
  return Clean.places.has(id) ? Clean.places.get(id) : -1;
};

// An element. Children are nodes or strings; strings become text, never markup.
const h = (tag, props, ...children) => {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") element.className = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

const svg = (tag, props, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(props || {})) element.setAttribute(key, String(value));
  element.append(...children.flat(Infinity).filter(Boolean));
  return element;
};

// Class to letter; the colours are in style.css under k-NAME.
const LETTERS = {
  share: "S", comment: "C", related: "R", nav: "N", promo: "P", ad: "A", media: "M", time: "T", legal: "L",
  byline: "B", credit: "K", caption: "G", separator: "Z", title: "H", repair: "F", extract: "X", unicode: "U",
  entries: "E", translation: "W", names: "I", duplicates: "D", flag: "!", suggestion: "?", document: "D",
};
const letter = (name) => LETTERS[name] || "•";
const known = (name) => (LETTERS[name] ? name : "other");
const kindOf = (stage, because) => (because && typeof because.class === "string" ? because.class : stage);
const chip = (name) =>
  h("span", { class: `chip k-${known(name)}`, title: name }, h("span", { "aria-hidden": "true" }, letter(name)), h("span", { class: "sr" }, name));

const number = (value) => Number(value).toLocaleString("en");
const plural = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;
const percent = (part, whole) => (whole ? `${Math.round((100 * part) / whole)} %` : "–");

// Control and direction characters of a document by number: they must not act, and must not hide.
const HOSTILE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;
const HIDDEN = /[\u00ad\u200b-\u200d\u2060]/g;
const picture = (char) => `⟨U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
const visible = (text, changed) => {
  const shown = text.replace(HOSTILE, picture);
  return changed ? shown.replace(HIDDEN, picture).replace(/[\u00a0\u202f]/g, "⍽") : shown;
};

// The address holds the state: #view=document&doc=a.txt&at=1.4
Clean.state = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
Clean.address = (state) => `#${new URLSearchParams(Object.entries(state).filter(([, value]) => value !== "" && value !== null && value !== undefined))}`;
Clean.go = (state, { replace = false } = {}) => {
  const address = Clean.address(state);
  if (address === location.hash) return;
  if (replace) {
    history.replaceState(null, "", address);
    Clean.show();
  } else location.hash = address;
};
Clean.change = (change, options) => Clean.go({ ...Clean.state(), ...change }, options);

Clean.say = (text) => {
  document.getElementById("said").textContent = text;
};

// Evidence in words: keys as they are, values short.
const evidence = (because) =>
  Object.entries(because || {})
    .filter(([key]) => key !== "class")
    .map(([key, value]) => [key.replaceAll("_", " "), spoken(value)]);
const spoken = (value) => {
  if (typeof value === "number") return Number.isInteger(value) ? number(value) : value.toPrecision(3);
  if (typeof value === "string") return visible(value, true);
  if (Array.isArray(value)) return value.map(spoken).join(", ");
  if (value && typeof value === "object") return Object.entries(value).map(([key, item]) => `${key} ${spoken(item)}`).join(", ");
  return value === null || value === undefined ? "–" : value ? "yes" : "no";
};

// Documents and entries that tell the same thing: the kept one beside the others, word by word.
"use strict";

const WORDS_LIMIT = 4_000_000; // cells of the table that finds the longest common sequence
const words = (text) => text.match(/\p{Script=Han}|[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*|\s+|[^\p{L}\p{N}\s]/gu) || [];

// Which words of `a` stand in `b` too, in order; for very long texts, whether their neighbours do.
const shared = (a, b) => {
  const keep = new Array(a.length).fill(false);
  if (a.length * b.length > WORDS_LIMIT) {
    const grams = (list) => list.map((_, i) => list.slice(i, i + 5).join("\u0001"));
    const there = new Set(grams(b));
    grams(a).forEach((gram, i) => {
      if (there.has(gram)) for (let j = i; j < i + 5 && j < a.length; j += 1) keep[j] = true;
    });
    return keep;
  }
  const width = b.length + 1;
  const length = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      length[i * width + j] = a[i] === b[j] ? length[(i + 1) * width + j + 1] + 1 : Math.max(length[(i + 1) * width + j], length[i * width + j + 1]);
    }
  }
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      keep[i] = true;
      i += 1;
      j += 1;
    } else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return keep;
};

const compared = (mine, other) => {
  const a = words(mine);
  const keep = shared(a, words(other));
  const out = [];
  for (let i = 0; i < a.length;) {
    let end = i;
    while (end < a.length && (keep[end] === keep[i] || !a[end].trim())) end += 1;
    const text = visible(a.slice(i, end).join(""));
    out.push(keep[i] || !text.trim() ? text : h("mark", {}, text));
    i = end;
  }
  return out;
};

// What the ledger says of a dropped document: why it went, and why the other one stays.
const dropFacts = async (id) => {
  const document_ = Clean.placeOf(id) < 0 ? null : await Clean.document(Clean.placeOf(id));
  const drop = document_ && Clean.unpack(document_).patches.map((patch) => patch.drop).find(Boolean);
  return drop ? [["rule", h("code", {}, drop.rule)], ...evidence(drop.because)] : [];
};

// The text of a member: a whole document, or the entry of one (its id is "document#number").
const memberText = async (id) => {
  let place = Clean.placeOf(id);
  const document_ = place < 0 ? await Clean.document(Clean.placeOf(id.slice(0, id.lastIndexOf("#")))) : await Clean.document(place);
  if (!document_) return "";
  Clean.unpack(document_);
  if (place >= 0) return document_.texts.at(-1);
  for (const patch of document_.patches) {
    for (const note of patch.notes) {
      const name = note.name === "entry" && note.value ? String(note.value.entry) : "";
      if (name && (name === id || `${document_.id}#${name}` === id)) return note.old;
    }
  }
  return "";
};

Clean.views.clusters = async (state, main) => {
  const every = Clean.index.clusters;
  main.append(h("div", { class: "viewhead" }, h("h2", {}, "Clusters"), h("p", { class: "faint" }, every.length ? `${plural(every.length, "cluster")} of documents or entries that tell the same thing` : "")));
  if (!every.length) return void main.append(h("p", { class: "empty" }, "No text of this run stands in it twice."));
  const nameOf = (cluster) => `${cluster.unit}:${cluster.id}`;
  const at = Math.max(0, every.findIndex((cluster) => nameOf(cluster) === state.cluster));
  const cluster = every[at];
  const kept = cluster.members.find((member) => member[1]) || cluster.members[0];
  const others = cluster.members.filter((member) => member !== kept);
  const other = others.find((member) => member[0] === state.member) || others[0];
  const [left, right, why] = await Promise.all([memberText(kept[0]), other ? memberText(other[0]) : "", other ? dropFacts(other[0]) : []]);
  const list = h("ul", { class: "clusters" }, every.slice(Math.max(0, at - 200), at + 200).map((item) =>
    h("li", {}, h("a", { href: Clean.address({ view: "clusters", cluster: nameOf(item) }), "aria-current": item === cluster ? "true" : null },
      h("span", {}, visible((item.members.find((member) => member[1]) || item.members[0])[0])), h("small", { class: "faint" }, ` ${item.unit} · ${item.members.length}`)))));
  const link = (member) => {
    const place = Clean.placeOf(member[0]);
    const id = place < 0 ? member[0].slice(0, member[0].lastIndexOf("#")) : member[0];
    return h("a", { href: Clean.address({ view: "document", doc: id }) }, visible(member[0]));
  };
  const pair = h("div", { class: "pair" },
    h("article", {}, h("h3", {}, "Kept: ", link(kept)), h("p", { class: "story", dir: "auto" }, right ? compared(left, right) : visible(left))),
    other ? h("article", {}, h("h3", {}, other[3] === "contained" ? "Stands in it: " : "Not kept: ", link(other)),
      why.length ? null : h("p", { class: "facts" }, h("span", {}, other[3]), other[2] === null || other[2] === undefined ? null : h("span", {}, `similarity ${spoken(other[2])}`), other[4] ? h("span", {}, `stays: ${visible(String(other[4]))}`) : null),
      facts(why), h("p", { class: "story", dir: "auto" }, compared(right, left))) : null);
  main.append(h("div", { class: "twocol" }, h("nav", { "aria-label": "Clusters" }, list),
    h("section", {},
      h("p", { class: "row" }, others.length > 1 ? h("span", {}, others.map((member, i) => h("a", { class: "quiet button", "aria-current": member === other ? "true" : null, href: Clean.address({ view: "clusters", cluster: nameOf(cluster), member: member[0] }) }, `copy ${i + 1}`))) : null,
        Clean.buttons(Clean.target("cluster", "", null, cluster), { accept: "The same", reject: "Keep them all" })),
      pair)));
  const step = (by) => {
    const now = Math.max(0, every.findIndex((item) => nameOf(item) === Clean.state().cluster));
    const next = Math.min(every.length - 1, Math.max(0, now + by));
    if (next !== now) Clean.go({ view: "clusters", cluster: nameOf(every[next]) });
  };
  const turn = (by) => {
    const next = others[others.indexOf(other) + by];
    if (next) Clean.go({ view: "clusters", cluster: nameOf(cluster), member: next[0] });
  };
  const judge = (verdict) => Clean.decide(Clean.target("cluster", "", null, cluster), verdict);
  const shown = () => {
    const current = list.querySelector("[aria-current]");
    list.scrollTop = current.offsetTop - list.clientHeight / 2;
  };
  return { shown, j: () => step(1), k: () => step(-1), n: () => turn(1), p: () => turn(-1), e: () => judge("reject"), a: () => judge("accept") };
};

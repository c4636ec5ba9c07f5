// What to look at first: the riskiest edits, suggestions, flags and drops of the run.
"use strict";

const QUEUE_STEP = 60;
const QUEUE = { place: 0, risk: 1, what: 2, patch: 3, number: 4, reasons: 5, excerpt: 6, new: 7, why: 8 };

const queueKey = (row) => {
  if (row[QUEUE.what] === "edit") return `${row[QUEUE.patch]}.${row[QUEUE.number]}`;
  if (row[QUEUE.what] === "drop") return `${row[QUEUE.patch]}.d`;
  return row[QUEUE.patch] < 0 ? "" : `${row[QUEUE.patch]}.n${row[QUEUE.number]}`;
};

// The target needs the whole document: it is read when a verdict is given or shown.
const queueTarget = async (row) => {
  const document_ = await Clean.document(row[QUEUE.place]);
  if (!document_ || !["edit", "suggestion", "drop"].includes(row[QUEUE.what])) return null;
  Clean.unpack(document_);
  const patch = document_.patches[row[QUEUE.patch]];
  const item = row[QUEUE.what] === "edit" ? patch.edits[row[QUEUE.number]] : row[QUEUE.what] === "drop" ? patch.drop : patch.notes[row[QUEUE.number]];
  return Clean.target(row[QUEUE.what], Clean.index.docs[row[QUEUE.place]][DOC.id], document_, item);
};

Clean.views.queue = (state, main) => {
  const every = Clean.index.queue;
  const kinds = [...new Set(every.map((row) => row[QUEUE.what]))].sort();
  const reasons = [...new Set(every.flatMap((row) => row[QUEUE.reasons]))].sort();
  const wanted = (state.q || "").toLowerCase();
  const rows = every.filter((row) =>
    (!state.what || row[QUEUE.what] === state.what) && (!state.reason || row[QUEUE.reasons].includes(state.reason)) &&
    (!wanted || row[QUEUE.excerpt].toLowerCase().includes(wanted) || Clean.index.docs[row[QUEUE.place]][DOC.id].toLowerCase().includes(wanted)));
  const choose = (name, label, options) =>
    h("label", {}, label, h("select", { onchange: (event) => Clean.change({ [name]: event.target.value, at: "" }, { replace: true }) },
      h("option", { value: "" }, "all"), options.map((option) => h("option", { value: option, selected: state[name] === option }, option))));
  const list = h("ol", { class: "queue" });
  const more = h("button", { type: "button", class: "quiet" });
  let shown = 0;
  const grow = () => {
    list.append(...rows.slice(shown, shown + QUEUE_STEP).map((row, i) => queueItem(row, shown + i)));
    shown = Math.min(rows.length, shown + QUEUE_STEP);
    more.textContent = `${number(rows.length - shown)} more`;
    more.hidden = shown >= rows.length;
  };
  more.addEventListener("click", grow);
  grow();
  main.append(h("div", { class: "viewhead" },
    h("h2", {}, "Queue"),
    h("p", { class: "faint" }, rows.length === every.length ? `${plural(Clean.index.queued, "finding")} that a person should see, the riskiest first` : `${number(rows.length)} of ${number(every.length)}`),
    h("form", { class: "filters", onsubmit: (event) => event.preventDefault() },
      choose("what", "Kind ", kinds), choose("reason", "Reason ", reasons),
      h("label", {}, "Text ", h("input", { type: "search", value: state.q || "", "aria-keyshortcuts": "/", onchange: (event) => Clean.change({ q: event.target.value, at: "" }, { replace: true }) })))),
  rows.length ? list : h("p", { class: "empty" }, every.length ? "Nothing fits." : "Nothing risky happened in this run."), more);

  let at = Number(state.at ?? -1);
  if (!Number.isInteger(at) || at >= rows.length) at = -1;
  const select = (to, { focus = true } = {}) => {
    if (!rows.length) return;
    at = Math.min(rows.length - 1, Math.max(0, to));
    while (shown <= at) grow();
    list.querySelectorAll(".on").forEach((item) => item.classList.remove("on"));
    const item = list.children[at];
    item.classList.add("on");
    if (focus) item.querySelector("a").focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    history.replaceState(null, "", Clean.address({ ...Clean.state(), at }));
  };
  list.addEventListener("focusin", (event) => {
    const item = event.target.closest("li");
    if (item && Number(item.dataset.at) !== at) select(Number(item.dataset.at), { focus: false });
  });
  const judge = async (verdict) => {
    if (at < 0) return void Clean.say("Select a finding first: j and k");
    const target = await queueTarget(rows[at]);
    if (target) await Clean.decide(target, verdict);
  };
  return {
    shown: () => at >= 0 && select(at),
    j: () => select(at + 1), k: () => select(at - 1), n: () => select(at + 10), p: () => select(at - 10),
    e: () => judge("reject"), a: () => judge("accept"),
    "/": () => main.querySelector(".filters input").focus(),
  };
};

const queueItem = (row, at) => {
  const doc = Clean.index.docs[row[QUEUE.place]];
  const verdicts = h("span", { class: "verdicts" });
  const fill = async () => {
    const target = await queueTarget(row);
    if (target) verdicts.replaceChildren(Clean.buttons(target, row[QUEUE.what] === "edit" ? { accept: "Right", reject: "Put it back" } : { accept: "Right", reject: "Wrong" }));
  };
  const item = h("li", { "data-at": at, onmouseenter: () => verdicts.childElementCount || fill(), onfocusin: () => verdicts.childElementCount || fill() },
    h("meter", { min: 0, max: 10, value: Math.min(10, row[QUEUE.risk]), title: `risk ${row[QUEUE.risk]}`, "aria-label": `risk ${row[QUEUE.risk]}` }),
    h("div", { class: "what" },
      h("a", { href: Clean.address({ view: "document", doc: doc[DOC.id], at: queueKey(row) }), dir: "auto" },
        row[QUEUE.new] ? [h("del", {}, visible(row[QUEUE.excerpt], true)), " ", h("ins", {}, visible(row[QUEUE.new], true))] : visible(row[QUEUE.excerpt], true) || "⚑"),
      row[QUEUE.why] ? h("p", { class: "faint", dir: "auto" }, visible(row[QUEUE.why], true)) : null,
      h("p", { class: "faint" }, h("span", { class: "tag" }, row[QUEUE.what]), row[QUEUE.reasons].filter((reason) => reason !== row[QUEUE.what]).map((reason) => h("span", { class: "tag" }, reason)), h("span", {}, visible(doc[DOC.id])))),
    verdicts);
  if (Clean.decisions.size && Clean.shards.size) fill();
  return item;
};

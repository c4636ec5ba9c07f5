// One document: two texts side by side, aligned by the edits; what each edit is, who made it, and why.
"use strict";

const CONTEXT_LINES = 1; // filled lines shown around a change
const FOLD_FROM = 3; // shorter runs are not worth a fold

const stops = (document) => ["raw", ...document.patches.map((patch) => patch.stage)];

const ranks = (document, state) => {
  const names = stops(document);
  const last = names.length - 1;
  const rank = (name, otherwise) => {
    if (name === "cleaned") return last;
    const at = names.indexOf(name);
    return at < 0 ? otherwise : at;
  };
  const from = rank(state.from, 0);
  return [from, Math.max(from, rank(state.to, last))];
};

Clean.views.document = async (state, main) => {
  const index = Clean.index;
  if (!index.docs.length) return void main.append(h("p", { class: "empty" }, "This run has no documents."));
  const riskiest = index.queue.length ? index.queue[0][0] : 0;
  const place = state.doc ? Clean.placeOf(state.doc) : riskiest;
  if (place < 0) return void main.append(picker(""), h("p", { class: "empty" }, `No document is called “${visible(state.doc)}”.`));
  const row = index.docs[place];
  const found = (Clean.live && Clean.live[row[DOC.id]]) || (await Clean.document(place));
  if (!found) {
    const error = index.errors.find((item) => [item.id, item.doc, item.source, item.where].includes(row[DOC.id]));
    return void main.append(heading(row, place, null), h("p", { class: "empty" }, `This document failed. ${error ? visible(String(error.message || "")) : ""}`));
  }
  const document_ = Clean.unpack(found);
  const [from, to] = ranks(document_, state);
  const view = { document: document_, id: row[DOC.id], from, to };
  const blocks = Clean.blocks(Clean.align(document_, from, to));
  const inspector = h("aside", { class: "inspector", "aria-label": "What is selected, and the document" });
  const table = sheet(view, blocks);
  main.append(heading(row, place, document_), slider(view), h("div", { class: "docbody" }, table, inspector));
  inspect(view, inspector, "");
  const select = (key, { focus = true, scroll = true } = {}) => {
    main.querySelectorAll(".on").forEach((element) => element.classList.remove("on"));
    const marked = [...main.querySelectorAll("[data-key]")].filter((element) => element.dataset.key.split(" ").includes(key));
    marked.forEach((element) => element.classList.add("on"));
    const stop = marked.find((element) => element.hasAttribute("data-stop")) || marked[0];
    if (stop && scroll) stop.scrollIntoView({ block: "nearest" });
    if (stop && focus) stop.focus({ preventScroll: true });
    inspect(view, inspector, key);
    if (Clean.state().at !== key) history.replaceState(null, "", Clean.address({ ...Clean.state(), at: key }));
  };
  table.addEventListener("focusin", (event) => {
    const stop = event.target.closest("[data-stop]");
    if (stop && !stop.classList.contains("on")) select(stop.dataset.key.split(" ").at(-1), { focus: false, scroll: false });
  });
  table.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-key]");
    if (mark) select(mark.dataset.key.split(" ").at(-1), { scroll: false });
  });
  const step = (by) => {
    const all = [...table.querySelectorAll("[data-stop]")];
    if (!all.length) return void Clean.say("Nothing changed here");
    const at = all.findIndex((element) => element.classList.contains("on"));
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
    select(next.dataset.key.split(" ").at(-1));
  };
  const turn = (by) => {
    const next = Clean.placeOf(Clean.state().doc || row[DOC.id]) + by; // the address is ahead of the view while a shard loads
    if (next >= 0 && next < index.docs.length) Clean.go({ view: "document", doc: index.docs[next][DOC.id] });
  };
  const judge = (verdict) => {
    const target = targetOf(view, Clean.state().at || "");
    if (target) Clean.decide(target, verdict);
    else Clean.say("Select a change first: j and k");
  };
  return {
    shown: () => state.at && select(state.at),
    j: () => step(1), k: () => step(-1), n: () => turn(1), p: () => turn(-1),
    e: () => judge("reject"), a: () => judge("accept"),
    "/": () => main.querySelector(".picker input").focus(),
  };
};

const heading = (row, place, document_) => {
  const title = document_ && typeof document_.meta.title === "string" ? document_.meta.title : "";
  const facts = document_
    ? [`${number(row[DOC.raw])} → ${number(row[DOC.raw] - row[DOC.removed] + row[DOC.written])} characters`, plural(row[DOC.edits], "edit"), percent(row[DOC.removed] - row[DOC.written], row[DOC.raw]) + " removed"]
    : [];
  const link = (by, key, text) => {
    const next = Clean.index.docs[place + by];
    return h("a", { class: `quiet button${next ? "" : " off"}`, href: next ? Clean.address({ view: "document", doc: next[DOC.id] }) : null, "aria-label": text, "aria-keyshortcuts": key }, by < 0 ? "‹" : "›");
  };
  return h("div", { class: "dochead" },
    h("div", { class: "row" }, link(-1, "p", "Previous document"), link(1, "n", "Next document"),
      h("span", { class: "faint" }, `${number(place + 1)} of ${number(Clean.index.docs.length)}`), picker(row[DOC.id])),
    h("h2", { dir: "auto" }, visible(title || row[DOC.id])),
    h("p", { class: "facts" }, title ? h("code", {}, visible(row[DOC.id])) : null,
      h("span", { class: `status s-${row[DOC.status]}` }, row[DOC.status]), facts.map((fact) => h("span", {}, fact))));
};

const picker = (id) => {
  const list = h("ul", { class: "picked" });
  const fill = (words) => {
    const wanted = words.toLowerCase();
    const hits = [];
    for (const row of Clean.index.docs) {
      if (hits.length === 40) break;
      if (row[DOC.id].toLowerCase().includes(wanted) || row[DOC.title].toLowerCase().includes(wanted)) hits.push(row);
    }
    list.replaceChildren(...hits.map((row) => h("li", {}, h("a", { href: Clean.address({ view: "document", doc: row[DOC.id] }) }, h("span", { dir: "auto" }, visible(row[DOC.title] || row[DOC.id])), h("small", {}, visible(row[DOC.id]))))));
    if (!hits.length) list.append(h("li", { class: "faint" }, "No document fits."));
  };
  const input = h("input", { type: "search", placeholder: "Find a document", "aria-label": "Find a document", "aria-keyshortcuts": "/", autocomplete: "off",
    oninput: (event) => fill(event.target.value), onfocus: (event) => fill(event.target.value),
    onkeydown: (event) => {
      if (event.key === "Enter" && list.querySelector("a")) list.querySelector("a").click();
      if (event.key === "Escape") event.target.blur();
      if (event.key === "ArrowDown" && list.querySelector("a")) list.querySelector("a").focus();
    } });
  return h("div", { class: "picker" }, input, list);
};

const slider = (view) => {
  const names = stops(view.document);
  const last = names.length - 1;
  if (!last) return h("p", { class: "faint" }, "No stage found anything here.");
  const name = (rank) => (rank === last ? "cleaned" : names[rank]);
  const range = (which, value) =>
    h("input", {
      type: "range", min: 0, max: last, step: 1, value, class: which, "aria-label": which === "from" ? "Left side: text after" : "Right side: text after",
      "aria-valuetext": names[value],
      onchange: (event) => {
        let [from, to] = [view.from, view.to];
        if (which === "from") from = Math.min(Number(event.target.value), to);
        else to = Math.max(Number(event.target.value), from);
        Clean.change({ from: from ? names[from] : "", to: to === last ? "" : name(to), at: "" }, { replace: true });
        const again = document.querySelector(`.slider input.${which}`);
        if (again) again.focus();
      },
    });
  const box = h("fieldset", { class: "slider" }, h("legend", { class: "sr" }, "Stages to compare"),
    h("div", { class: "track" }, range("from", view.from), range("to", view.to)),
    h("ol", { "aria-hidden": "true" }, names.map((stage, rank) =>
      h("li", { class: rank >= view.from && rank <= view.to ? "in" : "" }, stage, rank ? h("small", {}, number(view.document.patches[rank - 1].edits.length)) : null))));
  box.style.setProperty("--stops", names.length);
  return box;
};

const sheet = (view, blocks) => {
  const names = stops(view.document);
  const body = h("tbody");
  const notes = placedNotes(view);
  const entries = placedEntries(view);
  const near = nearChange(blocks, notes, entries);
  let oldAt = 0;
  let newAt = 0;
  let fold = [];
  const seen = new Set();
  const unfold = () => {
    if (!fold.length) return;
    if (fold.length < FOLD_FROM) body.append(...fold.map((row) => row()));
    else body.append(foldRow(fold));
    fold = [];
  };
  blocks.forEach((block, i) => {
    const oldSize = sizeOf(block.old);
    const newSize = sizeOf(block.new);
    const here = entries.filter((entry) => entry.at >= oldAt && entry.at < oldAt + oldSize);
    const start = newAt;
    const row = () => blockRow(view, block, notes, start, seen); // made when it is shown: a page may have many lines
    if (near.has(i) || here.length) {
      unfold();
      body.append(...here.map(entryRow), row());
    } else fold.push(row);
    oldAt += oldSize;
    newAt += newSize;
  });
  unfold();
  if (!blocks.length) body.append(h("tr", {}, h("td", { colspan: 4, class: "empty" }, "The text is empty.")));
  const language = typeof view.document.meta.language === "string" ? view.document.meta.language.slice(0, 12) : null;
  return h("table", { class: "sheet", lang: language },
    h("caption", { class: "sr" }, `${names[view.from]} beside ${names[view.to]}`),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, h("span", { class: "sr" }, "Line")), h("th", { scope: "col" }, names[view.from]),
      h("th", { scope: "col" }, view.to === names.length - 1 ? "cleaned" : names[view.to]), h("th", { scope: "col" }, h("span", { class: "sr" }, "Rules")))),
    body);
};

const sizeOf = (lines) => lines.reduce((sum, line) => sum + line.text.length + (line.ended ? 1 : 0), 0);

// The numbers of blocks to show: changed ones, those with notes, and a filled line around them.
const nearChange = (blocks, notes, entries) => {
  const near = new Set();
  let newAt = 0;
  const wanted = blocks.map((block) => {
    const size = sizeOf(block.new);
    const noted = notes.some((note) => note.at >= newAt && note.at < newAt + Math.max(1, size));
    newAt += size;
    return !block.equal || noted;
  });
  if (!wanted.includes(true) && !entries.length) return new Set(blocks.keys()); // nothing to fold around
  wanted.forEach((is, i) => {
    if (!is) return;
    near.add(i);
    for (const by of [-1, 1]) {
      let filled = 0;
      for (let j = i + by; j >= 0 && j < blocks.length && filled < CONTEXT_LINES && !wanted[j]; j += by) {
        near.add(j);
        if (blocks[j].old[0] && blocks[j].old[0].text.trim()) filled += 1;
      }
    }
  });
  return near;
};

const placedNotes = (view) =>
  view.document.patches.flatMap((patch) => patch.notes)
    .filter((note) => note.name === "flag" || note.name === "suggestion")
    .map((note) => ({ ...note, at: Clean.carry(view.document, note.start, note.patch, view.to), to: Clean.carry(view.document, note.end, note.patch, view.to) }))
    .sort((a, b) => a.at - b.at);

const placedEntries = (view) =>
  view.document.patches.flatMap((patch) => patch.notes)
    .filter((note) => note.name === "entry")
    .map((note) => ({ ...note, at: Clean.carry(view.document, note.start, note.patch, view.from) }));

const foldRow = (makers) => {
  const row = h("tr", { class: "fold" }, h("td", {}), h("td", { colspan: 3 },
    h("button", { type: "button", class: "quiet", onclick: () => {
      const rows = makers.map((maker) => maker());
      rows[0].setAttribute("tabindex", "-1");
      row.replaceWith(...rows);
      rows[0].focus();
    } }, `⋯ ${plural(makers.length, "unchanged line")}`)));
  return row;
};

const entryRow = (entry) => {
  const value = entry.value || {};
  const facts = [value.time, value.byline, value.duplicate_of ? `copy of ${spoken(value.duplicate_of)}` : "", value.similarity ? `similarity ${spoken(value.similarity)}` : ""];
  return h("tr", { class: "entry" }, h("td", {}), h("td", { colspan: 3, dir: "auto" }, chip("entries"), " Entry ", spoken(value.entry), value.heading ? [" · ", h("b", {}, visible(value.heading))] : null, facts.filter(Boolean).map((fact) => [" · ", visible(String(fact))])));
};

const blockRow = (view, block, notes, newAt, seen) => {
  const rules = new Map(block.marks.map((mark) => [mark.rule, mark]));
  const kinds = block.equal ? "" : block.new.length && block.old.length ? " changed" : block.new.length ? " come" : " gone";
  const first = block.old[0];
  const newEnd = newAt + sizeOf(block.new);
  const noted = notes.some((note) => note.at >= newAt && note.at < newEnd);
  const blank = block.equal && !block.old[0].text.trim();
  return h("tr", { class: `line${noted ? " has-note" : ""}${blank ? " blank" : ""}${block.equal ? "" : ` diff${kinds}`}` },
    h("td", { class: "n" }, first && block.equal && !blank && !view.from ? lineButton(view, first) : first ? number(first.number) : ""),
    h("td", { class: "old", dir: "auto" }, block.old.map((line, i) => [i ? h("br") : null, side(view, line, "del", seen)])),
    h("td", { class: "new", dir: "auto" }, newSide(view, block.new, notes, newAt, seen)),
    h("td", { class: "r" }, [...rules.values()].map((mark) =>
      h("span", { class: "rule", "data-key": mark.key }, chip(mark.kind), " ", h("span", {}, mark.rule.split("/").at(-1))))));
};

// The number of a kept line: pressed, the line is furniture that was missed, and `clean rules learn` sees it.
const lineButton = (view, line) => {
  const target = { what: "line", doc: view.id, old: line.text };
  return h("button", { type: "button", class: "line-number", "aria-pressed": String(Clean.verdict(target) === "reject"), title: "Mark this line as furniture that was missed",
    onclick: () => Clean.decide(target, Clean.verdict(target) ? "" : "reject") }, h("span", { class: "sr" }, "Line "), number(line.number));
};

const side = (view, line, tag, seen) =>
  line.parts.length ? line.parts.map((part) => markOf(view, part.text, part.marks, tag, seen)) : lineEnd(view, line, tag, seen);

// A blank line that came or went shows only where nothing else tells of its edit.
const lineEnd = (view, line, tag, seen) => {
  const marks = [...line.marks].filter((mark) => !seen.has(mark.key));
  return marks.length && !/\S/.test(marks.at(-1).old + marks.at(-1).new) ? markOf(view, "⏎", marks, tag, seen) : null;
};

const markOf = (view, text, marks, tag, seen) => {
  if (!marks.length) return visible(text);
  const main = marks.at(-1);
  const keys = marks.map((mark) => mark.key).join(" ");
  const verdict = Clean.verdict(Clean.target("edit", view.id, view.document, main));
  const stop = !seen.has(main.key);
  seen.add(main.key);
  // What is said of a change has a direction of its own, else Arabic text would run from the left.
  return h(tag, {
    class: `k-${known(main.kind)}${verdict ? ` is-${verdict}` : ""}`, "data-key": keys, "data-stop": stop, tabindex: stop ? 0 : null, title: whyOf(main),
  }, stop ? h("span", { class: "letter", dir: "ltr", "aria-hidden": "true" }, letter(main.kind)) : null,
  stop ? h("span", { class: "sr", dir: "ltr" }, `[${tag === "del" ? "removed" : "written"}: ${main.kind}, ${main.rule}] `) : null, visible(text, true));
};

const whyOf = (mark) => {
  const rule = Clean.ruleOf(mark.rule);
  return `${mark.kind} · ${mark.rule}${rule && rule.why ? `\n${rule.why}` : ""}`;
};

Clean.ruleOf = (name) => {
  if (!Clean.ruleMap) Clean.ruleMap = new Map(Clean.index.rules.map((rule) => [rule.rule, rule]));
  return Clean.ruleMap.get(name);
};

// The new side, with flags and suggestions where they are.
const newSide = (view, lines, notes, start, seen) => {
  let at = start;
  const out = [];
  lines.forEach((line, i) => {
    if (i) out.push(h("br"));
    for (const part of line.parts) {
      const end = at + part.text.length;
      const inside = notes.filter((note) => note.at < end && Math.max(note.to, note.at + 1) > at);
      const cuts = [...new Set([at, end, ...inside.flatMap((note) => [note.at, note.to])])].filter((cut) => cut >= at && cut <= end).sort((a, b) => a - b);
      for (let c = 0; c + 1 < cuts.length; c += 1) {
        const text = part.text.slice(cuts[c] - at, cuts[c + 1] - at);
        const over = inside.filter((note) => note.at < cuts[c + 1] && note.to > cuts[c]);
        for (const note of inside.filter((item) => item.at === cuts[c])) out.push(noteMark(view, note));
        const content = markOf(view, text, part.marks, "ins", seen);
        out.push(over.length ? h("span", { class: `noted k-${over[0].name}`, "data-key": over[0].key }, content) : content);
      }
      at = end;
    }
    for (const note of notes) if (!line.parts.length && note.at === at) out.push(noteMark(view, note));
    at += line.ended ? 1 : 0;
  });
  return out;
};

const noteMark = (view, note) => {
  const verdict = note.name === "suggestion" ? Clean.verdict(Clean.target("suggestion", view.id, view.document, note)) : "";
  return h("span", { class: `note k-${note.name}${verdict ? ` is-${verdict}` : ""}`, role: "button", tabindex: 0, "data-stop": true, "data-key": note.key, title: `${note.name} · ${note.rule}\n${spoken((note.value || {}).why)}` },
    h("span", { dir: "ltr", "aria-hidden": "true" }, note.name === "flag" ? "⚑" : "✎"), h("span", { class: "sr", dir: "ltr" }, ` ${note.name}: ${spoken((note.value || {}).why)} `));
};

const findKey = (view, key) => {
  const [patch, rest] = key.split(".");
  const found = view.document.patches[Number(patch)];
  if (!found || rest === undefined) return null;
  if (rest === "d") return { what: "drop", item: found.drop };
  if (rest.startsWith("n")) {
    const item = found.notes[Number(rest.slice(1))];
    return item ? { what: item.name, item } : null;
  }
  const item = found.edits[Number(rest)];
  return item ? { what: "edit", item } : null;
};

const targetOf = (view, key) => {
  const found = findKey(view, key);
  if (!found || !found.item || !["edit", "suggestion", "drop"].includes(found.what)) return null;
  return Clean.target(found.what, view.id, view.document, found.item);
};

const facts = (pairs) => h("dl", {}, pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined).map(([key, value]) => [h("dt", {}, key), h("dd", { dir: "auto" }, value)]));

const nested = (value, deep) => {
  if (Array.isArray(value)) return h("ul", { class: "values" }, value.map((item) => h("li", { dir: "auto" }, spoken(item))));
  if (value && typeof value === "object" && !deep) return facts(Object.entries(value).map(([name, item]) => [name.replaceAll("_", " "), nested(item, true)]));
  return spoken(value);
};

const inspect = (view, aside, key) => {
  const found = key ? findKey(view, key) : null;
  const children = [];
  const roomy = matchMedia("(min-width: 70rem)").matches;
  if (found && found.item) children.push(card(view, found));
  else children.push(h("p", { class: "faint hint" }, "Select a change with ", h("kbd", {}, "j"), " and ", h("kbd", {}, "k"), ", or click it."));
  for (const patch of view.document.patches) if (patch.drop && !(found && found.what === "drop")) children.push(card(view, { what: "drop", item: patch.drop }));
  const meta = Object.entries(view.document.meta);
  if (meta.length) children.push(h("details", { open: roomy }, h("summary", {}, "Meta"), facts(meta.map(([name, value]) => [name.replaceAll("_", " "), nested(value)]))));
  const used = new Map();
  for (const patch of view.document.patches.slice(view.from, view.to)) for (const edit of patch.edits) used.set(edit.kind, (used.get(edit.kind) || 0) + 1);
  if (used.size) children.push(h("details", { open: roomy }, h("summary", {}, "Classes"), h("ul", { class: "legend" }, [...used].map(([name, count]) => h("li", {}, chip(name), ` ${name} `, h("span", { class: "faint" }, number(count)))))));
  aside.replaceChildren(...children);
};

const card = (view, { what, item }) => {
  const rule = Clean.ruleOf(item.rule);
  const target = ["edit", "suggestion", "drop"].includes(what) ? Clean.target(what, view.id, view.document, item) : null;
  const value = item.value && typeof item.value === "object" ? item.value : {};
  return h("section", { class: "card" },
    h("h3", {}, chip(item.kind || what), " ", what === "edit" ? item.kind : what),
    h("p", {}, h("a", { href: Clean.address({ view: "rules", rule: item.rule }) }, h("code", {}, item.rule))),
    rule && rule.why ? h("p", { class: "why" }, rule.why) : null,
    what === "edit" ? h("div", { class: "swap", dir: "auto" }, item.old ? h("del", {}, visible(item.old, true).slice(0, 600)) : null, item.new ? h("ins", {}, visible(item.new, true).slice(0, 600)) : null) : null,
    what === "suggestion" ? h("div", { class: "swap", dir: "auto" }, h("del", {}, visible(item.old, true)), h("ins", {}, visible(spoken(value.new), true))) : null,
    facts(what === "edit" || what === "drop" ? evidence(item.because) : Object.entries(value).filter(([name, said]) => name !== "new" && !(name === "why" && rule && rule.why && rule.why.toLowerCase().startsWith(String(said).toLowerCase()))).map(([name, said]) => [name.replaceAll("_", " "), spoken(said)])),
    facts([["stage", `${item.stage} ${Clean.index.versions[item.stage] || ""}`]]),
    target ? h("p", { class: "row" }, Clean.buttons(target, what === "suggestion" ? { accept: "Make it", reject: "Not so" } : what === "drop" ? { accept: "Rightly dropped", reject: "Keep it" } : { accept: "Right", reject: "Put it back" })) : null);
};

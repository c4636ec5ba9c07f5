// Every rule of the run: how often, how much, some samples spread over the run, and a verdict on all it does.
"use strict";

const RULE_STEP = 100;

Clean.views.rules = (state, main) => {
  const every = Clean.index.rules;
  const wanted = (state.q || "").toLowerCase();
  const orders = {
    characters: (rule) => -rule.removed - rule.written, edits: (rule) => -rule.edits, documents: (rule) => -rule.docs, name: (rule) => rule.rule,
  };
  const order = orders[state.sort] || orders.characters;
  const compare = (a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0);
  const rows = every.filter((rule) => !wanted || rule.rule.toLowerCase().includes(wanted) || rule.class.includes(wanted)).sort(compare);
  const body = h("tbody");
  const open = (rule, row) => {
    const next = row.nextElementSibling;
    const button = row.querySelector("button");
    if (next && next.classList.contains("samples")) {
      next.remove();
      button.setAttribute("aria-expanded", "false");
    } else {
      row.after(samplesRow(rule));
      button.setAttribute("aria-expanded", "true");
    }
  };
  const lines = rows.slice(0, state.all ? undefined : RULE_STEP).map((rule) => {
    const row = h("tr", { "data-rule": rule.rule, tabindex: -1 },
      h("th", { scope: "row" }, h("button", { type: "button", class: "link", "aria-expanded": "false", onclick: () => open(rule, row) }, chip(rule.class), " ", h("code", {}, rule.rule)), rule.why ? h("p", { class: "faint" }, rule.why) : null),
      h("td", {}, rule.class),
      [rule.edits, rule.removed, rule.written, rule.notes, rule.drops, rule.docs].map((value) => h("td", { class: value ? "num" : "num zero" }, number(value))),
      h("td", {}, Clean.buttons(Clean.target("rule", "", null, rule), { accept: "Right", reject: "Switch off" })));
    return row;
  });
  body.append(...lines);
  const head = (name, text) => h("th", { scope: "col", "aria-sort": state.sort === name ? "descending" : null }, name ? h("a", { href: Clean.address({ ...state, sort: name }) }, text) : text);
  main.append(h("div", { class: "viewhead" }, h("h2", {}, "Rules"), h("p", { class: "faint" }, `${plural(rows.length, "rule")} found something`),
    h("form", { class: "filters", onsubmit: (event) => event.preventDefault() }, h("label", {}, "Text ", h("input", { type: "search", value: state.q || "", onchange: (event) => Clean.change({ q: event.target.value }, { replace: true }) })))),
  rows.length ? h("table", { class: "list" }, h("caption", { class: "sr" }, "Rules"),
    h("thead", {}, h("tr", {}, head("name", "Rule"), head("", "Class"), head("edits", "Edits"), head("characters", "Removed"), head("", "Written"), head("", "Notes"), head("", "Drops"), head("documents", "Documents"), head("", "Verdict"))),
    body) : h("p", { class: "empty" }, "No rule found anything."),
  rows.length > lines.length ? h("a", { class: "button quiet", href: Clean.address({ ...state, all: 1 }) }, `${number(rows.length - lines.length)} more`) : null);
  let at = -1;
  const select = (to, { unfold = false } = {}) => {
    if (!lines.length) return;
    at = Math.min(lines.length - 1, Math.max(0, to));
    lines.forEach((line, i) => line.classList.toggle("on", i === at));
    lines[at].querySelector("button").focus({ preventScroll: true });
    lines[at].scrollIntoView({ block: "nearest" });
    history.replaceState(null, "", Clean.address({ ...Clean.state(), rule: rows[at].rule }));
    if (unfold && !lines[at].nextElementSibling?.classList.contains("samples")) open(rows[at], lines[at]);
  };
  const shown = () => {
    const found = rows.findIndex((rule) => rule.rule === state.rule);
    if (found >= 0 && found < lines.length) select(found, { unfold: true });
  };
  const judge = (verdict) => {
    if (at < 0) Clean.say("Select a rule first: j and k");
    else Clean.decide(Clean.target("rule", "", null, rows[at]), verdict);
  };
  return { shown, j: () => select(at + 1), k: () => select(at - 1), n: () => select(at + 10), p: () => select(at - 10), e: () => judge("reject"), a: () => judge("accept"), "/": () => main.querySelector(".filters input").focus() };
};

const samplesRow = (rule) =>
  h("tr", { class: "samples" }, h("td", { colspan: 9 }, h("ul", {}, rule.samples.map(([place, patch, index, old, fresh]) => {
    const id = Clean.index.docs[place][DOC.id];
    const key = index >= 0 ? `${patch}.${index}` : rule.notes ? `${patch}.n${-1 - index}` : `${patch}.d`;
    return h("li", {}, h("a", { href: Clean.address({ view: "document", doc: id, at: key }), dir: "auto" },
      rule.edits && index >= 0 ? [h("del", {}, visible(old, true) || "␣"), fresh ? [" ", h("ins", {}, visible(fresh, true))] : null] : visible(old, true)), " ", h("small", { class: "faint" }, visible(id)));
  }))));

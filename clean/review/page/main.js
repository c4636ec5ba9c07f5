// Puts the views together: the address decides which one is shown, the keys belong to the one that is.
"use strict";

const VIEWS = { queue: "Queue", document: "Document", rules: "Rules", clusters: "Clusters", run: "Run" };

let keys = {};
let turn = 0;

Clean.show = async () => {
  const mine = (turn += 1);
  const state = Clean.state();
  const view = VIEWS[state.view] ? state.view : "queue";
  const main = document.getElementById("main");
  const next = h("main", { id: "main", tabindex: -1, class: `view-${view}` });
  let found;
  try {
    found = await Clean.views[view](state, next);
  } catch (error) {
    next.append(h("p", { class: "empty", role: "alert" }, `This view cannot be shown: ${error.message}`));
    console.error(error);
  }
  if (mine !== turn) return; // another view was asked for while a shard was loading
  const same = main.className === next.className;
  const scroll = same ? window.scrollY : 0;
  document.getElementById("main").replaceWith(next);
  if (!same) next.focus({ preventScroll: true }); // a screen reader begins to read here
  keys = found || {};
  window.scrollTo(0, scroll);
  if (keys.shown) keys.shown(); // nothing can be focused before it is on the page
  for (const link of document.querySelectorAll("#views a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${VIEWS[view]}${view === "document" && state.doc ? ` · ${state.doc}` : ""} · Review`;
};

const KEYS = [
  ["j k", "next, previous change or finding"],
  ["n p", "next, previous document (ten further in lists)"],
  ["e", "reject: put the text back"],
  ["a", "accept"],
  ["u", "undo the last decision"],
  ["Enter", "open what is selected"],
  ["1 – 5", "Queue, Document, Rules, Clusters, Run"],
  ["/", "find"],
  ["?", "this help"],
];

const helpDialog = () => {
  if (document.querySelector("dialog.help")) return;
  const dialog = h("dialog", { class: "dialog help", "aria-labelledby": "help-title" }, h("h2", { id: "help-title" }, "Keys"),
    h("dl", {}, KEYS.map(([key, text]) => [h("dt", {}, key.split(" ").map((one) => (one === "–" ? " – " : h("kbd", {}, one)))), h("dd", {}, text)])),
    h("h2", {}, "Letters"), h("ul", { class: "legend" }, Object.keys(LETTERS).filter((name) => name !== "document").map((name) => h("li", {}, chip(name), ` ${name}`))),
    h("p", { class: "row" }, h("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};

const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=range]), textarea, select")) return;
  const go = Object.keys(VIEWS)[Number(event.key) - 1];
  const act = event.key === "?" ? helpDialog : event.key === "u" ? Clean.undo : go ? () => Clean.go({ view: go }) : keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
};

const themes = ["", "dark", "light"];
const setTheme = (theme) => {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("clean-theme", theme);
  } catch {
    // nothing is kept for files from disk here
  }
};

const start = () => {
  if (!Clean.index) {
    document.getElementById("main").replaceChildren(h("p", { class: "empty", role: "alert" }, "The data of this page is missing: data/index.js lies beside it."));
    return;
  }
  let theme = "";
  try {
    theme = localStorage.getItem("clean-theme") || "";
  } catch {
    // see setTheme
  }
  setTheme(theme);
  document.getElementById("views").append(...Object.entries(VIEWS).map(([view, name], i) =>
    h("li", {}, h("a", { href: Clean.address({ view }), "data-view": view, "aria-keyshortcuts": i + 1 }, name))));
  document.getElementById("theme").addEventListener("click", () => setTheme(themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % 3]));
  document.getElementById("help").addEventListener("click", helpDialog);
  document.getElementById("export").addEventListener("click", Clean.exportDialog);
  Clean.loadDecisions();
  Clean.countDecisions();
  document.addEventListener("keydown", onKey);
  window.addEventListener("hashchange", Clean.show);
  Clean.show();
};

start();

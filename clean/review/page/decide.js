// Decisions: made here, kept in the browser where it allows that, and handed over as decisions.json.
"use strict";

const AROUND = 24; // characters of context that tell one occurrence from another; as in decisions.py

Clean.decisions = new Map(); // key of the target → decision
Clean.undone = [];

const storeName = () => `clean-decisions-${Clean.index.digest}`;
const serving = () => document.querySelector('meta[name="clean-token"]').content;

Clean.loadDecisions = () => {
  try {
    for (const [key, decision] of JSON.parse(localStorage.getItem(storeName()) || "[]")) Clean.decisions.set(key, decision);
  } catch {
    // a browser that keeps nothing for files from disk: the decisions live as long as the page
  }
};

const keep = () => {
  try {
    localStorage.setItem(storeName(), JSON.stringify([...Clean.decisions]));
  } catch {
    // see loadDecisions
  }
  const count = document.getElementById("decided");
  count.textContent = String(Clean.decisions.size);
  count.hidden = !Clean.decisions.size;
};
Clean.countDecisions = keep;

const points = (text, count) => {
  const all = Array.from(count < 0 ? text.slice(-4 * AROUND) : text.slice(0, 4 * AROUND));
  return (count < 0 ? all.slice(count) : all.slice(0, count)).join("");
};

// The target of a decision about a document: what names it again in the next run.
Clean.target = (what, id, document, item) => {
  if (what === "rule") return { what, rule: item.rule };
  if (what === "cluster") return { what, cluster: item.id, unit: item.unit, members: item.members.map((member) => member[0]) };
  if (what === "drop") return { what, doc: id, stage: item.stage, rule: item.rule, kept: item.because.kept || "" };
  const text = document.texts[item.patch];
  const target = {
    what, doc: id, stage: item.stage, rule: item.rule, old: item.old,
    new: what === "edit" ? item.new : String((item.value && item.value.new) ?? ""),
    before: points(text.slice(Math.max(0, item.start - 4 * AROUND), item.start), -AROUND),
    after: points(text.slice(item.end, item.end + 4 * AROUND), AROUND),
  };
  if (what === "edit") target.class = item.kind;
  return target;
};

const keyOf = (target) => JSON.stringify([target.what, target.doc || "", target.rule || target.cluster, target.old || "", target.new || "", target.before || "", target.after || ""]);

Clean.verdict = (target) => {
  const decision = Clean.decisions.get(keyOf(target));
  return decision ? decision.verdict : "";
};

Clean.decide = async (target, verdict) => {
  const key = keyOf(target);
  const before = Clean.decisions.get(key) || null;
  Clean.undone.push([key, before]);
  if (verdict) Clean.decisions.set(key, { verdict, ...target });
  else Clean.decisions.delete(key);
  keep();
  Clean.say(verdict ? `${verdict === "reject" ? "Rejected" : "Accepted"}: ${target.rule || target.cluster || "line"}` : "Decision taken back");
  await send(target);
};

Clean.undo = async () => {
  const last = Clean.undone.pop();
  if (!last) {
    Clean.say("Nothing to undo");
    return;
  }
  const [key, before] = last;
  const now = Clean.decisions.get(key);
  if (before) Clean.decisions.set(key, before);
  else Clean.decisions.delete(key);
  keep();
  Clean.say("Undone");
  await send(before || now);
};

Clean.decisionsFile = () =>
  JSON.stringify({ version: 1, run: Clean.index.digest, decisions: [...Clean.decisions.values()] }, null, 1);

// With `clean report --serve` every decision is written at once and the document comes back as it now is.
const send = async (target) => {
  const token = serving();
  if (!token) {
    Clean.show();
    return;
  }
  try {
    const answer = await fetch("/decisions", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Clean-Token": token },
      body: JSON.stringify({ decisions: [...Clean.decisions.values()], document: (target && target.doc) || "" }),
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error || answer.statusText);
    if (found.document) Clean.live = { ...(Clean.live || {}), [found.document.id]: found.document };
    if (found.said) Clean.say(found.said);
  } catch (error) {
    Clean.say(`Not written: ${error.message}`);
    Clean.alert(`The decision could not be written: ${error.message}`);
  }
  Clean.show();
};

Clean.alert = (text) => {
  const old = document.querySelector(".alert");
  if (old) old.remove();
  document.body.append(h("div", { class: "alert", role: "alert" }, text, h("button", { class: "quiet", type: "button", "aria-label": "Close", onclick: (event) => event.target.parentElement.remove() }, "×")));
};

// Accept and reject, as two buttons that show which one is set.
Clean.buttons = (target, { accept = "Accept", reject = "Reject" } = {}) => {
  const set = Clean.verdict(target);
  const button = (verdict, text) =>
    h("button", {
      type: "button", class: `verdict ${verdict}`, "aria-pressed": String(set === verdict),
      onclick: (event) => {
        event.stopPropagation();
        Clean.decide(target, set === verdict ? "" : verdict);
      },
    }, text);
  return h("span", { class: "verdicts" }, button("accept", accept), button("reject", reject));
};

Clean.exportDialog = () => {
  const text = Clean.decisionsFile();
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "export-title" },
    h("h2", { id: "export-title" }, plural(Clean.decisions.size, "decision")),
    h("p", {}, "Save them as decisions.json; ", h("code", {}, "clean apply decisions.json"), " puts rejected deletions back, makes accepted suggestions, and later runs keep to them."),
    h("textarea", { readonly: true, rows: 12, "aria-label": "decisions.json", spellcheck: "false" }, text),
    h("p", { class: "row" },
      h("a", { class: "button", id: "save", autofocus: true, download: "decisions.json", href: URL.createObjectURL(new Blob([text], { type: "application/json" })) }, "Save decisions.json"),
      h("button", { type: "button", class: "quiet", onclick: () => {
        for (const [key, decision] of [...Clean.decisions]) Clean.undone.push([key, decision]);
        Clean.decisions.clear();
        keep();
        dialog.close();
        Clean.show();
      } }, "Forget all"),
      h("button", { type: "button", onclick: () => dialog.close() }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};

// The run as a whole: what it was given, what each stage took, and how much of each document.
"use strict";

Clean.views.run = (state, main) => {
  const index = Clean.index;
  const status = { kept: 0, dropped: 0, failed: 0 };
  const sums = { raw: 0, removed: 0, written: 0, edits: 0, notes: 0 };
  for (const row of index.docs) {
    status[row[DOC.status]] = (status[row[DOC.status]] || 0) + 1;
    for (const name of Object.keys(sums)) sums[name] += row[DOC[name]];
  }
  const tile = (value, label, address) => h("li", {}, h("b", {}, value), h("span", {}, address ? h("a", { href: Clean.address(address) }, label) : label));
  main.append(h("div", { class: "viewhead" }, h("h2", {}, "Run")),
    h("ul", { class: "tiles" },
      tile(number(index.docs.length), "documents"), tile(number(status.kept), "kept"), tile(number(status.dropped), "dropped", index.clusters.length ? { view: "clusters" } : null), tile(number(status.failed), "failed"),
      tile(number(sums.edits), "edits", { view: "rules" }), tile(number(sums.removed), "characters removed"), tile(percent(sums.removed - sums.written, sums.raw), "of the raw text"), tile(number(sums.notes), "flags and suggestions", { view: "queue" })),
    h("h3", {}, "What each stage removed, by class"), stageChart(index),
    h("h3", {}, "Share of each document that was removed"), histogram(index),
    h("h3", {}, "Stages and versions"), facts(index.stages.map((stage) => [stage, index.versions[stage]])),
    Object.keys(index.manifest).length ? [h("h3", {}, "Manifest"), tree(index.manifest)] : null,
    index.errors.length ? [h("h3", {}, "Failures"), h("ul", {}, index.errors.map((error) => h("li", {}, visible(Object.values(error).map(spoken).join(" · ")))))] : null);
  return {};
};

const tree = (value) =>
  h("dl", { class: "tree" }, Object.entries(value).map(([key, item]) => [h("dt", {}, key.replaceAll("_", " ")),
    h("dd", {}, item && typeof item === "object" && !Array.isArray(item) ? tree(item) : spoken(item))]));

const stageChart = (index) => {
  const stages = index.stages.filter((stage) => Object.keys(index.removed[stage] || {}).length);
  const totals = stages.map((stage) => Object.values(index.removed[stage]).reduce((a, b) => a + b, 0));
  const most = Math.max(1, ...totals);
  if (!stages.length) return h("p", { class: "empty" }, "No stage removed anything.");
  const [left, width, step] = [110, 700, 34];
  const chart = svg("svg", { viewBox: `0 0 ${left + width + 90} ${stages.length * step}`, class: "chart", role: "img", "aria-label": "Characters removed by stage and class; the table below has the numbers" },
    stages.map((stage, i) => {
      let x = left;
      const bars = Object.entries(index.removed[stage]).sort((a, b) => b[1] - a[1]).map(([name, count]) => {
        const size = (count / most) * width;
        const bar = svg("g", { class: `k-${known(name)}` }, svg("rect", { x, y: i * step + 5, width: Math.max(0.5, size - 1), height: step - 12, rx: 2 }, svg("title", {}, `${name}: ${number(count)} characters`)),
          size > 16 ? svg("text", { x: x + size / 2, y: i * step + 21, "text-anchor": "middle", class: "onbar" }, letter(name)) : null);
        x += size;
        return bar;
      });
      return [svg("text", { x: left - 10, y: i * step + 21, "text-anchor": "end" }, stage), ...bars, svg("text", { x: x + 8, y: i * step + 21, class: "axis" }, number(totals[i]))];
    }));
  const used = [...new Set(stages.flatMap((stage) => Object.keys(index.removed[stage])))].sort();
  return h("figure", {}, chart, h("ul", { class: "legend flat" }, used.map((name) => h("li", {}, chip(name), ` ${name}`))),
    h("details", {}, h("summary", {}, "Numbers"), h("table", { class: "list" }, h("thead", {}, h("tr", {}, ["Stage", "Class", "Characters"].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, stages.flatMap((stage) => Object.entries(index.removed[stage]).sort((a, b) => b[1] - a[1]).map(([name, count]) => h("tr", {}, h("th", { scope: "row" }, stage), h("td", {}, name), h("td", { class: "num" }, number(count)))))))));
};

const histogram = (index) => {
  const bins = index.histogram;
  const most = Math.max(1, ...bins);
  const [left, step, height] = [40, 41, 150];
  const share = (i) => `${(i * 100) / bins.length}–${((i + 1) * 100) / bins.length} %`;
  const chart = svg("svg", { viewBox: `0 0 ${left + bins.length * step + 20} ${height + 44}`, class: "chart", role: "img", "aria-label": "Documents by share removed; the table below has the numbers" },
    svg("line", { x1: left, x2: left + bins.length * step, y1: height + 10, y2: height + 10, class: "rule" }),
    bins.map((count, i) => {
      const size = count ? Math.max(2, (count / most) * (height - 16)) : 0;
      return [svg("rect", { x: left + i * step + 1, y: height + 10 - size, width: step - 3, height: size, rx: 2, class: "bin" }, svg("title", {}, `${share(i)} removed: ${plural(count, "document")}`)),
        count ? svg("text", { x: left + i * step + step / 2, y: height + 4 - size, "text-anchor": "middle", class: "axis" }, number(count)) : null,
        i % 4 === 0 ? svg("text", { x: left + i * step, y: height + 30, "text-anchor": "middle", class: "axis" }, `${(i * 100) / bins.length} %`) : null];
    }),
    svg("text", { x: left + bins.length * step, y: height + 30, "text-anchor": "middle", class: "axis" }, "100 %"));
  return h("figure", {}, chart, h("figcaption", { class: "faint" }, "Documents that were dropped count as wholly removed."),
    h("details", {}, h("summary", {}, "Numbers"), h("table", { class: "list" }, h("thead", {}, h("tr", {}, ["Removed", "Documents"].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, bins.map((count, i) => h("tr", {}, h("th", { scope: "row" }, share(i)), h("td", { class: "num" }, number(count))))))));
};

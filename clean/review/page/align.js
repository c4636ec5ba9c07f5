// Two texts of one trail, aligned by the edits that lead from one to the other: align.py and rows.py, here.
"use strict";

// Offsets in the ledger count code points; strings here count UTF-16 units.
const SURROGATE = /[\ud800-\udfff]/;
const unitOffsets = (text, offsets) => {
  if (!SURROGATE.test(text)) return offsets;
  const sorted = [...new Set(offsets)].sort((a, b) => a - b);
  const units = new Map();
  let unit = 0;
  let point = 0;
  for (const offset of sorted) {
    while (point < offset && unit < text.length) {
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
      point += 1;
    }
    units.set(offset, unit);
  }
  return offsets.map((offset) => units.get(offset));
};

// The document with edits as objects, offsets in units, and the text before each patch.
Clean.unpack = (document) => {
  if (document.texts) return document;
  let text = document.raw;
  document.texts = [text];
  document.patches = document.trail.map((patch, at) => {
    const starts = unitOffsets(text, patch.edits.map((edit) => edit[0]));
    const ends = unitOffsets(text, patch.edits.map((edit) => edit[0] + edit[1]));
    const edits = patch.edits.map((edit, index) => ({
      patch: at, index, stage: patch.stage, start: starts[index], end: ends[index],
      old: text.slice(starts[index], ends[index]), new: edit[2], rule: edit[3], because: edit[4] || {},
      kind: kindOf(patch.stage, edit[4]), key: `${at}.${index}`,
    }));
    const noteStarts = unitOffsets(text, patch.notes.map((note) => note[0]));
    const noteEnds = unitOffsets(text, patch.notes.map((note) => note[1]));
    const notes = patch.notes.map((note, index) => ({
      patch: at, index, stage: patch.stage, start: noteStarts[index], end: noteEnds[index],
      name: note[2], value: note[3], rule: note[4], key: `${at}.n${index}`, old: text.slice(noteStarts[index], noteEnds[index]),
    }));
    const drop = patch.drop && { patch: at, index: -1, stage: patch.stage, rule: patch.drop[0], because: patch.drop[1], key: `${at}.d` };
    let after = "";
    let done = 0;
    for (const edit of edits) {
      after += text.slice(done, edit.start) + edit.new;
      done = edit.end;
    }
    text = after + text.slice(done);
    document.texts.push(text);
    return { stage: patch.stage, edits, notes, drop };
  });
  return document;
};

const splitStretch = (stretch, at) => {
  const head = stretch.new.slice(0, at);
  const tail = stretch.new.slice(at);
  if (stretch.marks.length) return [{ old: stretch.old, new: head, marks: stretch.marks }, { old: "", new: tail, marks: stretch.marks }];
  return [{ old: head, new: head, marks: [] }, { old: tail, new: tail, marks: [] }];
};

const composeStretches = (stretches, edits) => {
  const left = [...stretches].reverse();
  const done = [];
  let at = 0;
  for (const edit of edits) {
    while (left.length && at + left.at(-1).new.length <= edit.start) {
      at += left.at(-1).new.length;
      done.push(left.pop());
    }
    if (left.length && !left.at(-1).marks.length && at < edit.start) {
      const [before, after] = splitStretch(left.pop(), edit.start - at);
      left.push(after);
      done.push(before);
      at = edit.start;
    }
    const covered = [];
    const begin = at;
    while (left.length && at < edit.end) {
      let stretch = left.pop();
      if (at + stretch.new.length > edit.end) {
        const [head, tail] = splitStretch(stretch, edit.end - at);
        stretch = head;
        left.push(tail);
      }
      covered.push(stretch);
      at += stretch.new.length;
    }
    if (!covered.length && left.length && at < edit.start) {
      covered.push(left.pop());
      at += covered.at(-1).new.length;
    }
    done.push(...replaceStretches(covered, edit, edit.start - begin));
  }
  return [...done, ...left.reverse()];
};

const replaceStretches = (covered, edit, start) => {
  const length = edit.end - edit.start;
  if (edit.new || covered.length <= 1) {
    const found = covered.map((stretch) => stretch.new).join("");
    const marks = [...new Set(covered.flatMap((stretch) => stretch.marks))].sort((a, b) => a.patch - b.patch || a.index - b.index);
    return [{
      old: covered.map((stretch) => stretch.old).join(""),
      new: found.slice(0, start) + edit.new + found.slice(start + length),
      marks: [...marks, edit],
    }];
  }
  const end = start + length;
  let at = 0;
  return covered.map((stretch) => {
    const stop = at + stretch.new.length;
    const kept = stretch.new.slice(0, Math.max(0, start - at)) + stretch.new.slice(stretch.new.length - Math.max(0, stop - end));
    at = stop;
    return { old: stretch.old, new: kept, marks: stretch.new ? [...stretch.marks, edit] : stretch.marks };
  });
};

// Stretches from the text before patch `from` to the text before patch `to`.
Clean.align = (document, from, to) => {
  let stretches = document.texts[from] ? [{ old: document.texts[from], new: document.texts[from], marks: [] }] : [];
  for (const patch of document.patches.slice(from, to)) {
    const joined = [];
    for (const stretch of composeStretches(stretches, patch.edits)) {
      if (stretch.old !== stretch.new) joined.push(stretch);
      else if (stretch.old && joined.length && !joined.at(-1).marks.length) {
        const last = joined.pop();
        joined.push({ old: last.old + stretch.old, new: last.new + stretch.new, marks: [] });
      } else if (stretch.old) joined.push({ old: stretch.old, new: stretch.new, marks: [] });
    }
    stretches = joined;
  }
  return stretches;
};

const pieces = (text) => text.match(/[^\n]*\n|[^\n]+$/g) || [];
const atLineStart = (parts) => {
  for (let i = parts.length - 1; i >= 0; i -= 1) if (parts[i].text) return parts[i].text.endsWith("\n");
  return true;
};

const cutLines = (parts, before) => {
  const lines = [];
  let current = [];
  let marks = new Set();
  const close = (ended) => {
    const kept = current.filter((part) => part.text);
    lines.push({ number: before + lines.length + 1, parts: kept, marks, ended, text: kept.map((part) => part.text).join(""), changed: kept.some((part) => part.marks.length) });
    current = [];
    marks = new Set();
  };
  for (const part of parts) {
    for (const piece of pieces(part.text)) {
      part.marks.forEach((mark) => marks.add(mark));
      const ended = piece.endsWith("\n");
      current.push({ text: ended ? piece.slice(0, -1) : piece, marks: part.marks });
      if (ended) close(true);
    }
    if (!part.text) {
      part.marks.forEach((mark) => marks.add(mark));
      current.push(part);
    }
  }
  if (current.some((part) => part.text)) close(false);
  else if (marks.size && lines.length) marks.forEach((mark) => lines.at(-1).marks.add(mark));
  return lines;
};

const sameLine = (a, b) => !a.changed && !b.changed && a.ended === b.ended && a.text === b.text;

// Blocks of lines: {old: [...], new: [...], equal, marks: [...]}.
Clean.blocks = (stretches) => {
  const blocks = [];
  let old = [];
  let fresh = [];
  let oldNumber = 0;
  let newNumber = 0;
  const push = (a, b) => {
    const equal = a.length === 1 && b.length === 1 && sameLine(a[0], b[0]);
    const marks = equal ? [] : [...new Set([...a, ...b].flatMap((line) => [...line.marks]))];
    blocks.push({ old: a, new: b, equal, marks });
  };
  const flush = () => {
    const a = cutLines(old, oldNumber);
    const b = cutLines(fresh, newNumber);
    oldNumber += a.length;
    newNumber += b.length;
    old = [];
    fresh = [];
    let first = 0;
    const most = Math.min(a.length, b.length);
    while (first < most && sameLine(a[first], b[first])) {
      push([a[first]], [b[first]]);
      first += 1;
    }
    let last = 0;
    while (last < most - first && sameLine(a[a.length - 1 - last], b[b.length - 1 - last])) last += 1;
    if (a.length - last > first || b.length - last > first) push(a.slice(first, a.length - last), b.slice(first, b.length - last));
    for (let i = last; i > 0; i -= 1) push([a[a.length - i]], [b[b.length - i]]);
  };
  for (const stretch of stretches) {
    if (old.length && atLineStart(old) && atLineStart(fresh)) flush();
    if (stretch.marks.length) {
      old.push({ text: stretch.old, marks: stretch.marks });
      fresh.push({ text: stretch.new, marks: stretch.marks });
    } else {
      for (const piece of pieces(stretch.old)) {
        old.push({ text: piece, marks: [] });
        fresh.push({ text: piece, marks: [] });
        if (piece.endsWith("\n")) flush();
      }
    }
  }
  flush();
  return blocks;
};

// Where an offset of the text before patch `patch` stands in the text before patch `to` (forwards or backwards).
Clean.carry = (document, offset, patch, to) => {
  let at = patch;
  while (at < to) {
    let shift = 0;
    for (const edit of document.patches[at].edits) {
      if (offset < edit.start) break;
      if (offset < edit.end) {
        shift += edit.start - offset;
        break;
      }
      shift += edit.new.length - (edit.end - edit.start);
    }
    offset += shift;
    at += 1;
  }
  while (at > to) {
    at -= 1;
    let shift = 0;
    for (const edit of document.patches[at].edits) {
      const start = edit.start + shift;
      if (offset < start) break;
      if (offset < start + edit.new.length) {
        offset = start;
        break;
      }
      shift += edit.new.length - (edit.end - edit.start);
    }
    offset -= shift;
  }
  return offset;
};

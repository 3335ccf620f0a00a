#!/usr/bin/env node
// The product's FEEL engine against feelin's, on random expressions, cells and tables.
//   feel_differ.mjs --pipe build/release/tests/feel_pipe [--seed N] [--expressions N] [--cells N] [--tables N] [--show N of each kind]
// Each difference is followed down to the smallest part that differs.  Where feel_known.mjs says of just
// that part that the peer is wrong by the text of DMN, it is counted; anything else fails.
import { parseArgs } from 'node:util';
import { KNOWN } from './feel_known.mjs';
import { Ours, theirs } from './feel_engines.mjs';
import { Dice, random, randomCell, randomTable, VALUES } from './feel_random.mjs';
import { hitPolicy } from './feel_table.mjs';

const { values: o } = parseArgs({ options: {
  pipe: { type: 'string' }, seed: { type: 'string', default: '1' }, expressions: { type: 'string', default: '6000' },
  cells: { type: 'string', default: '4000' }, tables: { type: 'string', default: '3000' }, show: { type: 'string', default: '3' },
} });
const ours = new Ours(o.pipe);
const dice = new Dice(Number(o.seed));
const counts = new Map(KNOWN.map((k) => [k, 0]));
let failures = 0;
const shown = new Map();

// Numbers are decimals on one side and doubles on the other.
const near = (a, b) => a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
// PT36H and P1DT12H are one duration.
const seconds = (text) => {
  const m = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  return m && (m[1] ? -1 : 1) * (((Number(m[2] ?? 0) * 24 + Number(m[3] ?? 0)) * 60 + Number(m[4] ?? 0)) * 60 + Number(m[5] ?? 0));
};
const same = (a, b) => {
  if (typeof a === 'number' && typeof b === 'number') return near(a, b);
  if (a?.['@'] && b?.['@']) return a['@'] === b['@'] || (seconds(a['@']) !== null && seconds(a['@']) === seconds(b['@']));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => k in b && same(a[k], b[k]));
};
const agree = (a, b) => ('value' in a && 'value' in b ? same(a.value, b.value) : !('value' in a) && !('value' in b));

const report = (what, mine, other, kind = '') => {
  failures++;
  shown.set(kind, (shown.get(kind) ?? 0) + 1);
  if (shown.get(kind) <= Number(o.show)) console.log(`DIFFERS ${what}\n   ours   ${JSON.stringify(mine)}\n   theirs ${JSON.stringify(other)}`);
};
// One difference of a smallest part: known, or a failure.
const judge = (part, what) => {
  const known = KNOWN.find((k) => k.is(part));
  if (known) counts.set(known, counts.get(known) + 1);
  else report(what, part.ours, part.theirs, part.op);
};

// --- Expressions. ---

const parts = (n, out = []) => { n.kids.forEach((k) => parts(k, out)); if (n.op !== 'cell') out.push(n); return out; };

function expressions(n) {
  const whole = Array.from({ length: n }, () => random(dice, dice.of(['number', 'string', 'boolean', 'numbers', 'date', 'span']), 3));
  const answers = ours.expressions(whole.map((e) => e.text));
  const differ = whole.filter((e, i) => !agree(answers[i], theirs.expression(e.text)));
  const all = differ.flatMap((e) => parts(e));
  const mine = all.length ? ours.expressions(all.map((p) => p.text)) : [];
  all.forEach((p, i) => { p.ours = mine[i]; p.theirs = theirs.expression(p.text); });
  for (const e of differ) {
    const smallest = parts(e).filter((p) => !agree(p.ours, p.theirs) && p.kids.every((k) => k.op === 'cell' || agree(k.ours, k.theirs)));
    for (const p of smallest) {
      judge({ ...p, args: p.kids.map((k) => k.ours?.value) }, p.text);
    }
    if (!smallest.length) report(e.text, e.ours, e.theirs);
  }
  return whole.length;
}

// --- Cells. ---

const cellPart = (cell, input, mine, other) => ({ op: 'unary', cell, input, kids: [], args: [], text: cell, ours: mine, theirs: other });

function cells(n) {
  const pairs = Array.from({ length: n }, () => {
    const kind = dice.of(['number', 'string', 'boolean']);
    return { cell: randomCell(dice, kind), input: dice.of(VALUES[kind]) };
  });
  ours.cells(pairs).forEach((mine, i) => {
    const { cell, input } = pairs[i];
    const other = theirs.cell(cell, input);
    if (!agree(mine, other)) judge(cellPart(cell, input, mine, other), `${input} against the cell ${cell}`);
  });
  return n;
}

// --- Tables: the peer judges the cells, feel_table.mjs the hit policy. ---

function tables(n) {
  const all = Array.from({ length: n }, () => randomTable(dice));
  ours.tables(all).forEach((mine, i) => {
    const t = all[i];
    const met = t.rows.map((r) => r.cells.map((c, k) => theirs.cell(c, t.inputs[k])));
    const other = { value: hitPolicy(t, met.map((row) => row.every((c) => c.value === true))) };
    if (agree(mine, other)) return;
    const pairs = t.rows.flatMap((r) => r.cells.map((cell, k) => ({ cell, input: t.inputs[k] })));
    const each = ours.cells(pairs);
    const bad = pairs.map((p, k) => ({ ...p, mine: each[k], other: theirs.cell(p.cell, p.input) })).filter((p) => !agree(p.mine, p.other));
    bad.forEach((p) => judge(cellPart(p.cell, p.input, p.mine, p.other), `${p.input} against the cell ${p.cell}`));
    if (!bad.length) report(`table ${JSON.stringify(t)}`, mine, other);
  });
  return n;
}

// --- Each known difference has an example that shows it: when the peer is mended, its entry goes. ---

function examples() {
  for (const k of KNOWN) {
    const [mine] = k.cell ? ours.cells([k]) : ours.expressions([k.example]);
    const other = k.cell ? theirs.cell(k.cell, k.input) : theirs.expression(k.example);
    const right = agree(mine, { value: k.right });
    if (!right || !agree(other, k.wrong === undefined ? { refused: '' } : { value: k.wrong })) {
      report(`the example of "${k.why}": ${k.example ?? `${k.input} against ${k.cell}`}`, mine, other);
    }
  }
}

const began = process.hrtime.bigint();
examples();
const done = `${expressions(Number(o.expressions))} expressions, ${cells(Number(o.cells))} cells, ${tables(Number(o.tables))} tables`;
for (const [k, n] of counts) if (n) console.log(`${String(n).padStart(6)} known: ${k.why}`);
console.log(`seed ${o.seed}: ${done}; ${failures} differ that are not known; ${Number((process.hrtime.bigint() - began) / 1000000n) / 1000} s`);
process.exit(failures ? 1 : 0);

#!/usr/bin/env node
// Other engines on the bench's table of 30 rows and 8 inputs: first the same answers, then how many a second.
//   bench_policy --questions 3000 | table_peers.mjs [SECONDS]
// A line an engine: {"figure", "value" (evaluations a second), "agree", "of"}.  One core, time of the process.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import * as feelin from 'feelin';
import jsonLogic from 'json-logic-js';

const require = createRequire(import.meta.url);
const seconds = Number(process.argv[2] ?? 2);
const lines = [];
for await (const line of createInterface({ input: process.stdin })) lines.push(JSON.parse(line));
const [{ rows }, ...questions] = lines;
const names = rows[0].map((_, i) => `x${i}`);
const named = (values) => Object.fromEntries(values.map((v, i) => [names[i], v]));

// feelin has no tables: each cell is a unary test, which it parses anew, and a row ends at the first that fails.
const byFeelin = () => (values) => rows.flatMap((cells, r) => (
  cells.every((cell, i) => cell === '-' || feelin.unaryTest(cell, { '?': values[i] }).value === true) ? [r] : []));

// json-logic has no tables either: a row is one rule, made once.
const rule = (cell, name) => {
  const value = { var: name };
  const range = /^\[(\d+)\.\.(\d+)\]$/.exec(cell);
  if (range) return { and: [{ '!==': [value, null] }, { '<=': [Number(range[1]), value, Number(range[2])] }] };
  if (cell === 'true' || cell === 'false') return { '===': [value, cell === 'true'] };
  return { in: [value, JSON.parse(`[${cell}]`)] };
};
const byJsonLogic = () => {
  const rules = rows.map((cells) => ({ and: cells.map((c, i) => (c === '-' ? true : rule(c, names[i]))) }));
  return (values) => {
    const data = named(values);
    return rules.flatMap((r, i) => (jsonLogic.apply(r, data) ? [i] : []));
  };
};

// zen-engine: a decision table of its own, collecting, with its trace.
const byZen = () => {
  let engine;
  try {
    engine = new (require('@gorules/zen-engine-linux-x64-gnu').ZenEngine)();
  } catch {
    return null; // not built for this machine
  }
  const rule = (cells, r) => ({ _id: `r${r}`, ...Object.fromEntries(cells.map((c, i) => [names[i], c === '-' ? '' : c])), out: `${r}` });
  const at = { position: { x: 0, y: 0 } };
  const table = { hitPolicy: 'collect', inputs: names.map((n) => ({ id: n, name: n, field: n })),
    outputs: [{ id: 'out', name: 'out', field: 'out' }], rules: rows.map(rule) };
  const decision = engine.createDecision({
    nodes: [{ id: 'i', type: 'inputNode', name: 'i', ...at }, { id: 't', type: 'decisionTableNode', name: 't', content: table, ...at },
      { id: 'o', type: 'outputNode', name: 'o', ...at }],
    edges: [{ id: 'e', type: 'edge', sourceId: 'i', targetId: 't' }, { id: 'f', type: 'edge', sourceId: 't', targetId: 'o' }],
  });
  return async (values) => (await decision.evaluate(named(values), { trace: true })).result.map((x) => x.out);
};

const cpu = () => { const t = process.cpuUsage(); return (t.user + t.system) / 1e6; };

async function measure(figure, make) {
  const answer = make();
  if (!answer) return;
  let agree = 0;
  let n = 0;
  for (const q of questions) agree += JSON.stringify(await answer(q.in)) === JSON.stringify(q.out);
  const began = cpu();
  for (; cpu() - began < seconds; n += 10) {
    for (let i = 0; i < 10; i++) await answer(questions[(n + i) % questions.length].in);
  }
  console.log(JSON.stringify({ figure, value: Math.round(n / (cpu() - began)), agree, of: questions.length }));
}

await measure('feelin', byFeelin);
await measure('zen-engine', byZen);
await measure('json-logic', byJsonLogic);

// The two engines behind one face: each answers a list of questions with values of JSON's kinds, where
// {"@": text} is a date, time or duration and {"range": [...]} a range.
import { spawnSync } from 'node:child_process';
import { INPUTS } from './feel_random.mjs';
import * as feelin from 'feelin';

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const literal = (text) => `<literalExpression><text>${escape(text)}</text></literalExpression>`;

// A decision for each input, then the one that is asked for.
const model = (logic, inputs) => {
  const names = Object.keys(inputs);
  const given = names.map((n) => `<decision id="i_${n}" name="${n}"><variable name="${n}"/>${literal(inputs[n])}</decision>`);
  const needs = names.map((n) => `<informationRequirement><requiredDecision href="#i_${n}"/></informationRequirement>`);
  return '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" namespace="m">'
    + `${given.join('')}<decision id="d" name="d"><variable name="d"/>${needs.join('')}${logic}</decision></definitions>`;
};

const tableXml = (t) => {
  const [policy, aggregation] = t.hit.split(/ (?=SUM|MIN|MAX|COUNT)/);
  const input = (i) => `<input><inputExpression><text>in${i}</text></inputExpression></input>`;
  const entry = (tag, text) => `<${tag}><text>${escape(text)}</text></${tag}>`;
  const row = (r) => `<rule>${r.cells.map((c) => entry('inputEntry', c)).join('')}${entry('outputEntry', r.output)}</rule>`;
  const otherwise = t.otherwise ? `<defaultOutputEntry><text>${t.otherwise}</text></defaultOutputEntry>` : '';
  return `<decisionTable hitPolicy="${policy}"${aggregation ? ` aggregation="${aggregation}"` : ''}>`
    + t.kinds.map((_, i) => input(i)).join('')
    + `<output><outputValues><text>${t.order.join(', ')}</text></outputValues>${otherwise}</output>`
    + `${t.rows.map(row).join('')}</decisionTable>`;
};

export class Ours {
  constructor(pipe) { this.pipe = pipe; }
  ask(models) {
    const ran = spawnSync(this.pipe, { input: models.map((m) => `${m}\n`).join(''), maxBuffer: 1 << 29, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`feel_pipe ended with ${ran.status ?? ran.signal}\n${ran.stderr}`);
    return ran.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  }
  expressions(texts) { return this.ask(texts.map((t) => model(literal(t), INPUTS))); }
  tables(tables) {
    return this.ask(tables.map((t) => model(tableXml(t), { ...INPUTS, ...Object.fromEntries(t.inputs.map((v, i) => [`in${i}`, v])) })));
  }
  // Does the input meet the cell: a table of that cell alone.
  cells(pairs) {
    const one = ({ cell, input }) => ({ hit: 'COLLECT', kinds: ['any'], order: ['1'], inputs: [input], rows: [{ cells: [cell], output: '1' }] });
    return this.tables(pairs.map(one)).map((a) => (a.value === undefined ? a : { value: Array.isArray(a.value) }));
  }
}

const INPUT_VALUES = Object.fromEntries(Object.entries(INPUTS).map(([n, text]) => [n, feelin.evaluate(text, {}).value]));

const plain = (v) => {
  if (v === null || v === undefined || typeof v === 'function') return null;
  if (Array.isArray(v)) return v.map(plain);
  if (typeof v !== 'object') return v;
  if (feelin.isRange(v)) return { range: [plain(v.start), plain(v.end), (v['start included'] ? '[' : '(') + (v['end included'] ? ']' : ')')] };
  if (v.constructor !== Object) return { '@': String(v) };
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]));
};

const guarded = (ask) => {
  try { return { value: plain(ask()) }; } catch (e) { return { refused: String(e.message) }; }
};

export const theirs = {
  expression: (text) => guarded(() => feelin.evaluate(text, INPUT_VALUES).value),
  cell: (cell, input) => guarded(() => feelin.unaryTest(cell, { ...INPUT_VALUES, '?': feelin.evaluate(input, {}).value }).value === true),
};

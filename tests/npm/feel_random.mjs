// Random FEEL: expressions, cells and tables, as trees, so that a difference can be followed down to the
// smallest part that differs.  All from one seed.

export class Dice {
  constructor(seed) { this.state = (seed >>> 0) || 1; }
  roll(below) { // xorshift32
    this.state ^= this.state << 13; this.state >>>= 0;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5; this.state >>>= 0;
    return this.state % below;
  }
  of(list) { return list[this.roll(list.length)]; }
}

// What the names in scope are; the same for both engines.  "gone" and the holes are null.
export const INPUTS = {
  a: '7', b: '-2.5', gone: 'null', s: '"abc"', t: '"b"', yes: 'true', no: 'false',
  list: '[3, 1, 2]', words: '["b", "abc", "b"]', holes: '[1, null, 3]', empty: '[]',
  ctx: '{x: 5, y: "abc", z: null}', day: 'date("2026-03-01")', span: 'duration("P10D")',
};
const NAMES = {
  number: ['a', 'b', 'gone', 'ctx.x', 'ctx.z'], string: ['s', 't', 'gone', 'ctx.y'], boolean: ['yes', 'no', 'gone'],
  numbers: ['list', 'holes', 'empty', 'gone'], strings: ['words', 'empty'], date: ['day', 'gone'], span: ['span', 'gone'],
};

// A node: op (what it is called in the list of known differences), its parts, its text.
const node = (op, kids, text) => ({ op, kids, text });
const par = (n) => `(${n.text})`;

const LITERALS = {
  number: (d) => d.of(['0', '1', '2', '3', '10', '0.5', '1.25', '100', '-1', '-7']),
  string: (d) => d.of(['""', '"a"', '"abc"', '"b"', '"B c"', '"é"']),
  boolean: (d) => d.of(['true', 'false', 'null']),
  date: (d) => d.of(['date("2026-03-01")', 'date("2024-02-29")', 'date("2026-12-31")', '@"2026-01-31"']),
  span: (d) => d.of(['duration("P1D")', 'duration("PT36H")', 'duration("-P2D")', '@"P10D"']),
};

const binary = (op, left, right = left) => [op, [left, right], (k) => `${par(k[0])} ${op} ${par(k[1])}`];
const call = (name, ...kinds) => [name, kinds, (k) => `${name}(${k.map((x) => x.text).join(', ')})`];
const test = (kind) => ['<', '<=', '>', '>=', '=', '!='].map((op) => binary(op, kind));

// By the kind of the answer: operator or function, kinds of its parts, how it is written.
const FORMS = {
  number: [
    binary('+', 'number'), binary('-', 'number'), binary('*', 'number'), binary('/', 'number'),
    ['**', ['number', 'small'], (k) => `${par(k[0])} ** ${par(k[1])}`],
    ['negate', ['number'], (k) => `-${par(k[0])}`],
    ['if', ['boolean', 'number', 'number'], (k) => `if ${par(k[0])} then ${par(k[1])} else ${par(k[2])}`],
    call('count', 'numbers'), call('sum', 'numbers'), call('min', 'numbers'), call('max', 'numbers'),
    call('mean', 'numbers'), call('product', 'numbers'), call('string length', 'string'), call('abs', 'number'),
    call('floor', 'number'), call('ceiling', 'number'), call('modulo', 'number', 'small'), call('decimal', 'number', 'small'),
    ['index', ['numbers', 'small'], (k) => `${par(k[0])}[${k[1].text}]`],
    ['year', ['date'], (k) => `${par(k[0])}.year`], ['month', ['date'], (k) => `${par(k[0])}.month`],
    ['days', ['span'], (k) => `${par(k[0])}.days`],
  ],
  string: [
    ['concatenation', ['string', 'string'], (k) => `${par(k[0])} + ${par(k[1])}`],
    call('upper case', 'string'), call('lower case', 'string'), call('substring', 'string', 'small'),
    call('substring', 'string', 'small', 'small'), call('substring before', 'string', 'string'),
    call('substring after', 'string', 'string'), call('string', 'number'), call('string', 'boolean'),
    ['if', ['boolean', 'string', 'string'], (k) => `if ${par(k[0])} then ${par(k[1])} else ${par(k[2])}`],
    ['string join', ['strings'], (k) => `string join(${k[0].text}, "-")`],
  ],
  boolean: [
    binary('and', 'boolean'), binary('or', 'boolean'), call('not', 'boolean'), ...test('number'), ...test('string'),
    binary('=', 'boolean'), ...test('date'), binary('=', 'numbers'), binary('=', 'span'), binary('<', 'span'),
    ['between', ['number', 'number', 'number'], (k) => `${par(k[0])} between ${par(k[1])} and ${par(k[2])}`],
    ['in', ['number', 'cell number'], (k) => `${par(k[0])} in (${k[1].text})`],
    ['in', ['string', 'cell string'], (k) => `${par(k[0])} in (${k[1].text})`],
    ['instance of', ['number'], (k) => `${par(k[0])} instance of number`],
    call('contains', 'string', 'string'), call('starts with', 'string', 'string'), call('ends with', 'string', 'string'),
    call('list contains', 'numbers', 'number'), call('list contains', 'strings', 'string'),
    call('all', 'booleans'), call('any', 'booleans'), call('odd', 'number'), call('even', 'number'),
  ],
  numbers: [
    ['list', ['number', 'number'], (k) => `[${k[0].text}, ${k[1].text}]`],
    ['filter', ['numbers', 'number'], (k) => `${par(k[0])}[item > ${par(k[1])}]`],
    call('append', 'numbers', 'number'), call('concatenate', 'numbers', 'numbers'), call('reverse', 'numbers'),
    call('remove', 'numbers', 'one'), call('distinct values', 'numbers'), call('union', 'numbers', 'numbers'),
    call('flatten', 'numbers'), call('index of', 'numbers', 'number'), call('sublist', 'numbers', 'one', 'one'),
    ['sort', ['known numbers'], (k) => `sort(${k[0].text}, function(x, y) x < y)`],
  ],
  'known numbers': [['list', ['literal', 'literal'], (k) => `[${k[0].text}, ${k[1].text}, 5]`]],
  strings: [['list', ['string', 'string'], (k) => `[${k[0].text}, ${k[1].text}]`], call('reverse', 'strings')],
  booleans: [['list', ['boolean', 'boolean'], (k) => `[${k[0].text}, ${k[1].text}]`]],
  date: [
    ['date + span', ['date', 'span'], (k) => `${par(k[0])} + ${par(k[1])}`],
    ['date - span', ['date', 'span'], (k) => `${par(k[0])} - ${par(k[1])}`],
  ],
  span: [['date - date', ['date', 'date'], (k) => `${par(k[0])} - ${par(k[1])}`]],
};

const leaf = (d, kind) => {
  if (kind === 'small') return node('literal', [], d.of(['1', '2', '3', '-1']));
  if (kind === 'one') return node('literal', [], '1');
  if (kind === 'literal') return node('literal', [], LITERALS.number(d));
  if (kind.startsWith('cell ')) return randomTests(d, kind.slice(5));
  if (NAMES[kind] && (!LITERALS[kind] || d.roll(2))) return node('name', [], d.of(NAMES[kind]));
  return LITERALS[kind] ? node('literal', [], LITERALS[kind](d)) : null;
};

// `for`, `some` and `every` over numbers: what they return names their variable, so it is no part by itself.
const loop = (d, kind, depth) => {
  const domain = random(d, 'numbers', depth - 1);
  if (kind === 'numbers') {
    return node('for', [domain], `for i in ${par(domain)} return i ${d.of(['+', '*', '-'])} ${d.roll(4)}`);
  }
  const op = d.of(['some', 'every']);
  return node(op, [domain], `${op} i in ${par(domain)} satisfies i ${d.of(['>', '=', '<='])} ${d.roll(4)}`);
};

export function random(d, kind, depth) {
  if (depth > 0 && (kind === 'numbers' || kind === 'boolean') && d.roll(8) === 0) return loop(d, kind, depth);
  const forms = FORMS[kind];
  const plain = leaf(d, kind);
  if (plain && (!forms || depth <= 0 || d.roll(5) === 0)) return plain;
  const [op, kinds, write] = d.of(forms);
  const kids = kinds.map((k) => random(d, k, depth - 1));
  return node(op, kids, write(kids));
}

// --- Cells and tables. ---

const TESTS = {
  number: (d) => d.of([
    () => `${d.of(['<', '<=', '>', '>='])} ${LITERALS.number(d)}`, () => LITERALS.number(d),
    () => `${d.of('[(]')}${d.roll(4)}..${4 + d.roll(4)}${d.of(')][')}`, () => d.of(['a', 'b', 'list']),
    () => `${d.of(['<', '>='])} ${d.of(['a', 'b'])}`,
  ])(),
  string: (d) => d.of([() => LITERALS.string(d), () => d.of(['s', 't', 'words']), () => `["a".."c"]`])(),
  boolean: (d) => d.of(['true', 'false']),
};
const WHOLE = { // the whole cell is an expression over "?"
  number: (d) => d.of(['? > 2 and ? < 9', '? != null and ? = 7', 'odd(?)']),
  string: (d) => d.of(['contains(?, "b")', 'string length(?) > 1', '? != null and starts with(?, "a")']),
  boolean: () => '? = true',
};

export function randomTests(d, kind) {
  const tests = Array.from({ length: 1 + (d.roll(3) === 0) }, () => TESTS[kind](d)).join(', ');
  return node('cell', [], tests);
}

export function randomCell(d, kind) {
  switch (d.roll(8)) {
    case 0: return '-';
    case 1: return 'null';
    case 2: return `not(${randomTests(d, kind).text})`;
    case 3: return WHOLE[kind](d);
    default: return randomTests(d, kind).text;
  }
}

export const VALUES = {
  number: ['0', '1', '3', '7', '-2.5', '10', 'null'], string: ['""', '"a"', '"abc"', '"b"', 'null'], boolean: ['true', 'false', 'null'],
};
const HITS = ['UNIQUE', 'ANY', 'PRIORITY', 'FIRST', 'RULE ORDER', 'OUTPUT ORDER', 'COLLECT', 'COLLECT SUM', 'COLLECT MIN', 'COLLECT MAX', 'COLLECT COUNT'];

export function randomTable(d) {
  const kinds = Array.from({ length: 1 + d.roll(3) }, () => d.of(['number', 'string', 'boolean']));
  const order = ['3', '1', '2', '5', '4'];
  return {
    hit: d.of(HITS), kinds, order, inputs: kinds.map((k) => d.of(VALUES[k])),
    rows: Array.from({ length: 2 + d.roll(6) }, () => ({ cells: kinds.map((k) => randomCell(d, k)), output: d.of(order) })),
    otherwise: d.roll(3) ? null : d.of(order),
  };
}

// Where the two engines answer differently, and why ours is right.  One entry a cause.  `is` sees the smallest
// part that differs: what it is (op), the values of its parts (args), or a cell and its input; and both answers.
// `example` (or `cell` and `input`) shows the difference with `right` and `wrong` (none: the peer gives up): each
// run checks it, so an entry goes when the peer is mended.  "Kit" is DMN's Technology Compatibility Kit.

const holdsNull = (v) => v === null || (Array.isArray(v) && v.some(holdsNull));
const gives = (answer, value) => JSON.stringify(answer.value) === JSON.stringify(value);

export const KNOWN = [
  {
    why: 'a test that came out as unknown is not met: the peer compares that null with the input, and null = null',
    cell: '? > 2 and ? < 9', input: 'null', right: false, wrong: true,
    is: (p) => p.op === 'unary' && p.input === 'null' && p.cell.includes('?') && gives(p.theirs, true),
  },
  {
    why: 'by choice, not by DMN: an unknown input meets no test but the word null, not even not("a") (daemon/policy/README.md)',
    cell: 'not("a")', input: 'null', right: false, wrong: true,
    is: (p) => p.op === 'unary' && p.input === 'null' && p.cell.startsWith('not(') && gives(p.theirs, true),
  },
  {
    why: 'between is two comparisons joined by "and", and false and unknown is false (three-valued logic; kit 0064)',
    example: '0 between 1 and null', right: false, wrong: null,
    is: (p) => p.op === 'between' && holdsNull(p.args) && gives(p.ours, false) && gives(p.theirs, null),
  },
  {
    why: 'nothing is at least 7 and at most -2: the peer puts the ends of between in order',
    example: '7 between 7 and -2', right: false, wrong: true,
    is: (p) => p.op === 'between' && p.args[1] > p.args[2] && gives(p.ours, false) && gives(p.theirs, true),
  },
  {
    why: 'null conforms to every type, so it is not made a list of one element, and concatenate wants lists (10.3.2.9.4, 10.3.4.4)',
    example: 'concatenate(null, [1])', right: null, wrong: [null, 1],
    is: (p) => p.op === 'concatenate' && p.args.includes(null) && gives(p.ours, null),
  },
  {
    why: 'a position that the list does not have is out of the domain of the function, whose answer is then null (10.3.4.4)',
    example: 'sublist([], 1, 1)', right: null, wrong: [],
    is: (p) => ['sublist', 'remove'].includes(p.op) && Array.isArray(p.args[0]) && !p.args[0].length && gives(p.ours, null),
  },
  {
    why: 'a position that the string does not have, or a length below one, is out of the domain: there is no such part (10.3.4)',
    example: 'substring("abc", 1, -1)', right: null, wrong: 'ab',
    is: (p) => p.op === 'substring' && gives(p.ours, null) && (p.args[2] < 1 || Math.abs(p.args[1]) > [...p.args[0]].length),
  },
  {
    why: 'a date and a duration of hours make a date (kit 0100, add_lhs_date_to_rhs_dtDuration_002)',
    example: 'date("2026-03-01") + duration("PT36H")', right: { '@': '2026-03-02' }, wrong: { '@': '2026-03-02T12:00:00Z' },
    is: (p) => /^date [+-] span$/.test(p.op) && p.theirs.value?.['@']?.startsWith(`${p.ours.value?.['@']}T`),
  },
  {
    why: 'lists of different lengths are not equal, which is no unknown (kit 0068, list_002)',
    example: '[1, 2] = [1]', right: false, wrong: null,
    is: (p) => p.op === '=' && p.args.every(Array.isArray) && p.args[0].length !== p.args[1].length && gives(p.ours, false),
  },
  {
    why: 'no number is infinite (10.3.2.3.1)',
    example: '0 ** -1', right: null, wrong: Infinity,
    is: (p) => p.op === '**' && gives(p.ours, null) && Math.abs(p.theirs.value) === Infinity,
  },
  {
    why: 'numbers have 34 digits (10.3.2.3.1), not 17',
    example: 'string(1 / 3)', right: '0.3333333333333333333333333333333333', wrong: '0.3333333333333333',
    is: (p) => p.op === 'string' && p.ours.value?.length > 20 && Math.abs(p.ours.value - p.theirs.value) < 1e-9,
  },
  {
    why: 'some and every are a row of "or" and "and", and false or unknown is unknown (three-valued logic; kit 0065)',
    example: 'some i in [1, null] satisfies i > 2', right: null, wrong: false,
    is: (p) => ['some', 'every'].includes(p.op) && holdsNull(p.args[0]) && gives(p.ours, null) && gives(p.theirs, false),
  },
  {
    why: 'a list among the tests of "in" is looked into, as it is when it stands alone (10.3.2.8)',
    example: '"b" in ("", words)', right: true, wrong: false,
    is: (p) => p.op === 'in' && /list|words/.test(p.kids[1].text) && gives(p.ours, true) && gives(p.theirs, false),
  },
];

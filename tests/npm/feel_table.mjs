// What a table answers when these rows match (DMN 1.5, 8.2.8): written anew, to be held against the engine.

const agreed = (list) => list.every((x) => x === list[0]);
const ordered = (t, outputs) => [...outputs].sort((x, y) => t.order.indexOf(x) - t.order.indexOf(y));

const POLICIES = {
  UNIQUE: (t, outputs) => (outputs.length === 1 ? Number(outputs[0]) : null),
  ANY: (t, outputs) => (agreed(outputs) ? Number(outputs[0]) : null),
  PRIORITY: (t, outputs) => Number(ordered(t, outputs)[0]),
  FIRST: (t, outputs) => Number(outputs[0]),
  'RULE ORDER': (t, outputs) => outputs.map(Number),
  'OUTPUT ORDER': (t, outputs) => ordered(t, outputs).map(Number),
  COLLECT: (t, outputs) => outputs.map(Number),
  'COLLECT SUM': (t, outputs) => outputs.map(Number).reduce((x, y) => x + y),
  'COLLECT MIN': (t, outputs) => Math.min(...outputs.map(Number)),
  'COLLECT MAX': (t, outputs) => Math.max(...outputs.map(Number)),
  'COLLECT COUNT': (t, outputs) => outputs.length,
};

const MANY = ['RULE ORDER', 'OUTPUT ORDER', 'COLLECT'];

export function hitPolicy(t, met) {
  const outputs = t.rows.filter((_, i) => met[i]).map((r) => r.output);
  if (outputs.length) return POLICIES[t.hit](t, outputs);
  if (t.otherwise) return MANY.includes(t.hit) ? [Number(t.otherwise)] : Number(t.otherwise);
  return t.hit === 'COLLECT COUNT' ? 0 : null;
}

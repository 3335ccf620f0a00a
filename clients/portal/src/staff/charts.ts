// Charts drawn here, as SVG: no script, no library, and each beside a table of the same figures.
// Narrow enough to be read on a telephone: a bar's name stands above it.
const WIDTH = 480
const BAR = 24
const STEP = 54
const ROOM_FOR_FIGURE = 48
/** A letter's width, about; a part with no room for its name has none: the table has it. */
const LETTER = 8.2

export interface Part {
  name: string
  n: number
  fill: string
  /** Of the words on it. */
  ink?: string
}
export interface Bar {
  label: string
  parts: readonly Part[]
}

export const FILLS = { red: '#b3201b', amber: '#f4a83c', green: '#0f7a52', plain: '#1d70b8', other: '#7f8c93' }

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

/** What each fill stands for, in as many lines as it takes; none where there is but one. */
function legend(list: readonly Bar[], top: number): { svg: string; height: number } {
  const fills = new Map(list.flatMap((b) => b.parts.filter((p) => p.n > 0).map((p) => [p.name, p.fill] as const)))
  if (fills.size < 2) return { svg: '', height: 0 }
  let x = 0, line = 0
  const keys = [...fills].map(([name, fill]) => {
    const width = 34 + name.length * LETTER
    if (x > 0 && x + width > WIDTH) [x, line] = [0, line + 1]
    const y = top + line * 24
    const key = `<rect x="${x}" y="${y - 8}" width="16" height="16" fill="${fill}"/><text x="${x + 22}" y="${y + 5}" font-size="15">${escape(name)}</text>`
    x += width
    return key
  })
  return { svg: keys.join(''), height: 24 * (line + 1) }
}

/** Bars that lie, each made of its parts side by side, with their sum at the end. */
export function bars(title: string, list: readonly Bar[]): string {
  const most = Math.max(1, ...list.map((b) => b.parts.reduce((sum, p) => sum + p.n, 0)))
  const scale = (WIDTH - ROOM_FOR_FIGURE) / most
  const rows = list.map((bar, i) => {
    const y = i * STEP + 22
    let x = 0
    const text = (at: number, below: number, anchor: string, words: string, ink = '#0b0c0c'): string =>
      `<text x="${at.toFixed(1)}" y="${below}" text-anchor="${anchor}" font-size="15" fill="${ink}">${escape(words)}</text>`
    const parts = bar.parts.filter((p) => p.n > 0).map((p) => {
      const width = p.n * scale
      const rect = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${p.fill}" stroke="#fff"><title>${
        escape(`${bar.label}, ${p.name}: ${p.n}`)}</title></rect>`
      const middle = x + width / 2
      x += width
      const words = [`${p.n} ${p.name}`, String(p.n)].find((w) => (w.length + 1) * LETTER < width)
      return rect + (words === undefined ? '' : text(middle, y + 17, 'middle', words, p.ink ?? '#fff'))
    })
    const sum = bar.parts.reduce((total, p) => total + p.n, 0)
    return text(0, y - 6, 'start', bar.label) + parts.join('') + text(x + 8, y + 17, 'start', String(sum))
  })
  const keys = legend(list, list.length * STEP + 12)
  return `<svg class="staff-chart" role="img" aria-label="${escape(title)}. The table has the same figures." viewBox="0 0 ${WIDTH} ${
    list.length * STEP + keys.height}" font-family="sans-serif" fill="#0b0c0c">${rows.join('')}${keys.svg}</svg>`
}

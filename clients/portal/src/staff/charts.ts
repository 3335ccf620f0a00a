// Charts drawn here, as SVG: no script, no library, and each beside a table of the same figures.
const LABEL = 150
const WIDTH = 760
const BAR = 26
const STEP = 38
const ROOM_FOR_FIGURE = 44
/** A part as wide as this has room for its name: colour alone says nothing. */
const ROOM_FOR_NAME = 62

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

/** Bars that lie, each made of its parts side by side, with their sum at the end. */
export function bars(title: string, list: readonly Bar[]): string {
  const most = Math.max(1, ...list.map((b) => b.parts.reduce((sum, p) => sum + p.n, 0)))
  const scale = (WIDTH - LABEL - ROOM_FOR_FIGURE) / most
  const rows = list.map((bar, i) => {
    const y = i * STEP + 6
    let x = LABEL
    const text = (at: number, anchor: string, words: string, ink = '#0b0c0c'): string =>
      `<text x="${at.toFixed(1)}" y="${y + 18}" text-anchor="${anchor}" font-size="15" fill="${ink}">${escape(words)}</text>`
    const parts = bar.parts.filter((p) => p.n > 0).map((p) => {
      const width = p.n * scale
      const rect = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${p.fill}" stroke="#fff"><title>${
        escape(`${bar.label}, ${p.name}: ${p.n}`)}</title></rect>`
      const middle = x + width / 2
      x += width
      return rect + (width < ROOM_FOR_NAME ? '' : text(middle, 'middle', `${p.n} ${p.name}`, p.ink ?? '#fff'))
    })
    const sum = bar.parts.reduce((total, p) => total + p.n, 0)
    return text(LABEL - 8, 'end', bar.label) + parts.join('') + text(x + 8, 'start', String(sum))
  })
  return `<svg class="staff-chart" role="img" aria-label="${escape(title)}. The table has the same figures." viewBox="0 0 ${WIDTH} ${
    list.length * STEP + 6}" font-family="sans-serif" fill="#0b0c0c">${rows.join('')}</svg>`
}

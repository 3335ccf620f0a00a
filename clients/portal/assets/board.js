// A board that moves: rows that are here change in place; new ones are offered, never put under the pointer.
const live = document.getElementById('live')
const rows = document.getElementById('rows')
const news = document.getElementById('news')
const pause = document.getElementById('pause')
const show = document.getElementById('show-new')
const fresh = new Set()
let stale = false
let paused = false
let held = []

const count = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`

function say() {
  const words = stale ? 'The board has changed' : `${count(fresh.size, 'new case')}`
  show.hidden = !stale && fresh.size === 0
  show.textContent = `${words}, show`
  if (!show.hidden) news.textContent = `${words}.`
}

function rowOf(reference) {
  return rows?.querySelector(`[data-reference="${CSS.escape(reference)}"]`)
}

function change({ reference, html }) {
  const row = rowOf(reference)
  if (!row) return fresh.add(reference)
  const focused = row.contains(document.activeElement)
  const template = document.createElement('template')
  template.innerHTML = html
  const next = template.content.firstElementChild
  row.replaceWith(next)
  next.classList.add('staff-moved')
  if (focused) next.querySelector('a')?.focus()
}

function leave(reference) {
  fresh.delete(reference)
  const row = rowOf(reference)
  if (!row || row.classList.contains('staff-gone')) return
  row.classList.add('staff-gone')
  row.lastElementChild.append(' (no longer here)')
}

function take(event) {
  if (paused) return void held.push(event)
  if (event.type === 'stale') stale = true
  else {
    const { rows: changed, gone } = JSON.parse(event.data)
    changed.forEach(change)
    gone.forEach(leave)
  }
  say()
}

if (live) {
  live.hidden = false
  const address = new URL(live.dataset.events, location.href)
  address.searchParams.set('stamp', live.dataset.stamp)
  const source = new EventSource(address)
  source.addEventListener('rows', take)
  source.addEventListener('stale', take)
  source.addEventListener('error', () => { news.textContent = 'No live updates just now. Trying again.' })
  source.addEventListener('open', () => { if (show.hidden) news.textContent = '' })
  pause.addEventListener('click', () => {
    paused = !paused
    pause.setAttribute('aria-pressed', String(paused))
    pause.textContent = paused ? 'Go on with updates' : 'Pause updates'
    if (paused) return
    const waiting = held
    held = []
    waiting.forEach(take)
  })
}

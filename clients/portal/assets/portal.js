// Everything works without this file; it adds to pages what they offer.
import { initAll } from './govuk-frontend.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// Who skipped to the content is sent back to it by the address, away from the summary of what is wrong.
addEventListener('submit', () => {
  if (location.hash) history.replaceState(null, '', location.pathname + location.search)
})

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

// What is on its way is looked for again, quietly; the page changes when it has arrived.
for (const link of document.querySelectorAll('[data-again]')) {
  setInterval(async () => {
    const answer = await fetch(link.href).catch(() => null)
    if (answer?.redirected) location.assign(answer.url)
  }, Number(link.dataset.again) * 1000)
}

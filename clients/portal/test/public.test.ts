// Somebody without an account tells the council and follows it with a reference and a secret.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, Visitor } from './browser.js'
import { Council } from './council.js'

let council: Council
let browser: Browser

before(async () => {
  // One after the other: what stands is closed even when the other does not come.
  browser = await launch()
  council = await Council.start()
})
after(async () => {
  await browser?.close()
  await council?.stop()
})

test('a neighbour tells the council without signing in, and follows with a reference and a secret', async () => {
  const v = await Visitor.come(browser, council, 'public')
  await v.go('/')
  await v.follow('tell us without signing in')
  assert.match(await v.text(), /Is it safe to do this now/)
  await v.sound()
  await v.press('Tell the council')
  for (let title = await v.heading(); !title.startsWith('Check your answers'); title = await v.heading()) {
    assert.equal(await v.page.getByRole('button', { name: /Exit this page/ }).count(), 1, title)
    if (title === 'Who are you telling us about?') await v.tick('Who are you telling us about?', 'A neighbour or someone else')
    if (title === 'The person who may be harmed') await v.fill('Name', 'Ivor, at number 12')
    if (title === 'What happened?') await v.fill('What happened?', 'Shouting every night, and he does not open the door.')
    await v.sound()
    await v.press('Continue')
  }
  await v.sound()
  await v.press('Send to the council')
  const said = await v.text()
  await v.sound()
  const reference = /SC-[0-9A-Y]{4}-[0-9A-Y]{4}/.exec(said)![0]
  const secret = /Secret\s+([0-9A-Z-]{14})/.exec(said)![1]!
  await v.leave()

  const later = await Visitor.come(browser, council, 'public-later')
  await later.go('/report/follow')
  await later.fill('Reference', reference)
  await later.fill('Secret', '0000-0000-0000')
  await later.press('Continue')
  assert.match(await later.page.title(), /^Error: /)
  await later.sound()
  await later.fill('Secret', secret.toLowerCase().replace(/-/g, ' '))
  await later.press('Continue')
  await later.until('What the council says to you')
  assert.ok((await later.heading()).includes(reference))
  await later.sound()
  await later.press('Send to the council')
  assert.match(await later.page.title(), /^Error: /)
  await later.sound()
  await later.fill('Tell us more', 'It went on all weekend.')
  await later.press('Send to the council')
  assert.match(await later.text(), /The council has what you added/)
  await later.leave()
})

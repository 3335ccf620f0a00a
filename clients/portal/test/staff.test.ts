// The staff's pages, in a real browser against a real daemon.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, Visitor } from './browser.js'
import { Council } from './council.js'
import { decide, green, open, RED, report } from './work.js'

let council: Council
let browser: Browser

before(async () => {
  ;[council, browser] = await Promise.all([Council.start(), launch()])
})
after(async () => {
  await browser?.close()
  await council?.stop()
})

const YES_NO_YES = {
  'Does the adult need care and support?': 'Yes', 'Are they being abused or neglected, or at risk of it?': 'No',
  'Because of those needs, are they unable to protect themselves?': 'Yes',
}

test('a worker sees the board, opens a case with a reason, takes it, asks, and gives it back, without JavaScript', async () => {
  const reference = await report(council, RED)
  const v = await Visitor.signedIn(browser, council, 'nell.marsh')
  await v.until(reference)
  assert.match(await v.text(), /Red[\s\S]*Rosewood House/)
  await v.sound()
  await v.go(`/board/mash?colour=1`)
  assert.ok(!(await v.text()).includes(reference), 'the filter leaves the red one out')
  await v.go(`/case/${reference}`)
  await v.press('Open the case')
  assert.match(await v.page.title(), /^Error: /)
  await v.sound()
  await open(v, reference)
  assert.match(await v.text(), /Grip marks on both arms/)
  assert.match(await v.text(), /To decide whether to take it/)
  await v.sound()
  await v.press('Take this case')
  assert.match(await v.text(), /You have it now/)
  await v.follow('Ask a question')
  await v.press('Ask a question')
  assert.match(await v.page.title(), /^Error: /)
  await v.fill('Questions', 'Who is on shift tonight?\nHas a doctor seen her?')
  await v.fill('Why does it matter?', 'It tells how she is kept safe tonight.')
  await v.sound()
  await v.press('Ask a question')
  assert.match(await v.text(), /Question 1, with Rosewood House: open/)
  await v.follow('Give it back to the queue')
  await v.fill('Why?', 'The late shift goes on with it.')
  await v.press('Give it back to the queue')
  assert.match(await v.text(), /Done: give it back[\s\S]*Waiting/)
  await v.leave()
})

test('a decision is taken question by question, waits for a manager where it is risky, and cannot be sent half', async () => {
  const reference = await report(council, { ...RED, adults: [{ ...RED.adults[0], name: 'Edith Larkrise' }] })
  const v = await Visitor.signedIn(browser, council, 'ivo.reed')
  await open(v, reference)
  await v.press('Take this case')
  await v.follow('Decide')
  await v.press('Continue')
  assert.match(await v.page.title(), /^Error: /, 'nothing is chosen beforehand')
  await v.go(`/case/${reference}/decide/check`)
  await v.press('Decide')
  assert.match(await v.text(), /Say what is decided/)
  await v.sound()
  await v.go(`/case/${reference}`)
  await decide(v, { ...YES_NO_YES, 'What do you decide?': 'Not a section 42 enquiry',
    'Why is it not a section 42 enquiry?': 'No abuse or neglect, and no risk of it' }, ['needs', 'outcome', 'tell'])
  assert.match(await v.text(), /What they will read[\s\S]*It was an accident/)
  await v.sound()
  await v.press('Decide')
  assert.match(await v.text(), /waits for a second person/)
  const m = await Visitor.signedIn(browser, council, 'cara.heron')
  await open(m, reference, 'I manage the team that has it')
  assert.match(await m.text(), /Waits for a second person: decide proposed by Ivo Reed/)
  await m.sound()
  await m.follow('Answer as the second person')
  await m.tick('Do you agree?', 'I agree')
  await m.fill('Why?', 'Read, and agreed.')
  await m.press('Answer as the second person')
  assert.match(await m.text(), /Not a section 42 enquiry/)
  await m.sound()
  await v.leave()
  await m.leave()
})

test('a board moves by itself, offers what is new, can be paused, and keeps the focus', async () => {
  const first = await report(council, green())
  const v = await Visitor.signedIn(browser, council, 'nell.marsh', { javaScript: true, narrow: false })
  await v.go('/board/mash')
  await v.until(first)
  const second = await report(council, green())
  await v.page.getByRole('link', { name: '1 new case, show' }).waitFor()
  await v.sound()
  await v.page.getByRole('link', { name: '1 new case, show' }).click()
  await v.until(second)
  await v.page.getByRole('button', { name: 'Pause updates' }).click()
  const third = await report(council, green())
  const other = await Visitor.signedIn(browser, council, 'ivo.reed')
  await other.until(third)
  assert.equal(await v.page.locator('#show-new').isHidden(), true, 'paused')
  await v.page.getByRole('button', { name: 'Go on with updates' }).click()
  await v.page.getByRole('link', { name: '1 new case, show' }).waitFor()
  await v.page.getByRole('link', { name: second }).focus()
  await open(other, second)
  await other.press('Take this case')
  await v.page.locator(`[data-reference="${second}"]`, { hasText: 'Ivo Reed' }).waitFor()
  assert.equal(await v.page.evaluate('document.activeElement.textContent'), second)
  await v.leave()
  await other.leave()
})

test('a case that somebody else changed meanwhile is not overwritten, and a form sent twice does it once', async () => {
  const reference = await report(council, green())
  const [v, w] = [await Visitor.signedIn(browser, council, 'nell.marsh'), await Visitor.signedIn(browser, council, 'cara.heron')]
  await open(v, reference)
  await v.press('Take this case')
  await v.follow('Keep it for longer')
  await open(w, reference)
  await w.follow('Change the colour')
  await w.tick('Which colour?', 'Amber')
  await w.fill('Why?', 'The home rang: she is worse.')
  await w.press('Change the colour')
  assert.match(await w.text(), /Amber was green/)
  await v.fill('Why?', 'Waiting for the home to ring.')
  await v.press('Keep it for longer')
  assert.match(await v.page.title(), /^Error: /)
  assert.equal(await v.page.getByLabel('Why?').inputValue(), 'Waiting for the home to ring.', 'what was typed stays')
  await v.press('Keep it for longer')
  assert.match(await v.text(), /Done: keep it for longer/)
  await v.follow('Give it back to the queue')
  const form: Record<string, string> = { reason: 'The late shift goes on with it.' }
  for (const input of await v.page.getByRole('main').locator('input[type=hidden]').all())
    form[(await input.getAttribute('name'))!] = await input.inputValue()
  for (let i = 0; i < 2; i++) {
    const answer = await v.context.request.post(v.page.url(), { form })
    assert.match(await answer.text(), /Done: give it back/, 'the same form again is the same command')
    assert.equal((await answer.text()).match(/>Returned</g)?.length, 1)
  }
  await v.page.reload()
  assert.equal(await v.heading(), 'That cannot be done now', 'the page is made anew: the case is no longer theirs')
  await v.leave()
  await w.leave()
})

test('a worker of another team sees neither the board nor the case', async () => {
  const reference = await report(council, RED)
  const v = await Visitor.signedIn(browser, council, 'bo.birch')
  assert.equal(await v.heading(), 'Board: Community east')
  await v.sound()
  await v.go('/board/mash')
  assert.equal(await v.heading(), 'You cannot see this board')
  await open(v, reference)
  assert.equal(await v.heading(), 'You cannot open this case')
  const p = await Visitor.signedIn(browser, council, 'jo.bright')
  await p.go('/board/mash')
  assert.equal(await p.heading(), 'You cannot see this page')
  await v.leave()
  await p.leave()
})

// A provider's journeys, in a real browser against a real daemon, most of them without JavaScript at 360 px.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, Visitor } from './browser.js'
import { Council } from './council.js'

let council: Council
let browser: Browser

before(async () => {
  ;[council, browser] = await Promise.all([Council.start(), launch()])
})
after(async () => {
  await browser?.close()
  await council?.stop()
})

/** Answers of a fall that was looked after: by page, question and answer. */
const QUIET: Record<string, [string, string][]> = {
  'Is someone in danger right now?': [['Is the adult in danger now?', 'No']],
  'Could someone who manages this service be involved?': [
    ['Could someone who manages this service be involved?', 'No'],
    ['If not: who else here may see it?', 'Everyone here who reports concerns']],
}

/** Goes through every page with the answers given, "not known" or nothing for the rest, up to the check. */
async function write(v: Visitor, answers: Record<string, [string, string][]>, look = false): Promise<string[]> {
  const pages: string[] = []
  for (;;) {
    const title = await v.heading()
    if (title.startsWith('Check your answers')) return pages
    pages.push(title)
    for (const [question, answer] of answers[title] ?? []) await v.tick(question, answer)
    if (title === 'Who are you worried about?') {
      await v.tick('Which of these is true?', 'I know who it is')
      await v.fill('Full name', 'Ada Fernsby')
    }
    if (title === 'What happened?') await v.fill('What happened?', 'She fell by her chair and was lifted by two carers.')
    if (look) await v.sound()
    await v.press('Continue')
    assert.notEqual(await v.heading(), title, `stayed: ${await v.text()}`)
  }
}

test('a provider signs in, reports a concern and gets a reference, without JavaScript, every page sound', async () => {
  const v = await Visitor.come(browser, council, 'journey')
  await v.go('/')
  await v.sound()
  await v.press('Sign in')
  await v.sound()
  await v.page.getByLabel('Name of your account').fill('jo.bright')
  await v.page.getByLabel('Password', { exact: true }).fill('not the password')
  await v.press('Sign in')
  assert.match(await v.page.title(), /^Error: /)
  await v.sound()
  await v.page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await v.press('Sign in')
  assert.equal(await v.heading(), 'Your concerns')
  await v.sound()
  await v.press('Report a concern')
  const pages = await write(v, QUIET, true)
  assert.ok(pages.length <= 16, `${pages.length} pages`)
  await v.sound()
  await v.follow('see what the council’s rules make of your answers')
  assert.match(await v.text(), /Nothing was sent/)
  await v.sound()
  await v.press('Send to the council')
  assert.match(await v.text(), /SC-[0-9A-Y]{4}-[0-9A-Y]{4}/)
  assert.match(await v.text(), /The council means to decide by/)
  await v.sound()
  await v.follow('Follow this concern')
  await v.until('What the council told you')
  await v.sound()
  await v.leave()
})

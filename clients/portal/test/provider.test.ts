// A provider's journeys, in a real browser against a real daemon, most of them without JavaScript at 360 px.
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

/** Answers of a fall that was looked after: by page, question and answer. */
const QUIET: Record<string, [string, string][]> = {
  'Is someone in danger right now?': [['Is the adult in danger now?', 'No']],
  'Could someone who manages this service be involved?': [
    ['Could someone who manages this service be involved?', 'No'],
    ['If not: who else here may see it?', 'Everyone here who reports concerns']],
}

/** Goes through every page with the answers given, "not known" or nothing for the rest, up to the check. */
async function write(v: Visitor, answers: Record<string, [string, string][]>, look = false,
  until = 'Check your answers'): Promise<string[]> {
  const pages: string[] = []
  for (;;) {
    const title = await v.heading()
    if (title.startsWith(until)) return pages
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

/** From the list to the check of a new concern, by the pages that it cannot do without. */
async function draft(v: Visitor, answers = QUIET): Promise<void> {
  await v.go('/concerns')
  await v.press('Report a concern')
  await write(v, answers, false, 'When did it happen?')
  await v.page.goto(v.page.url().replace(/[^/]*$/, 'check'))
}
async function send(v: Visitor): Promise<string> {
  await v.press('Send to the council')
  return /SC-[0-9A-Y]{4}-[0-9A-Y]{4}/.exec(await v.text())![0]
}

test('what the council refuses stands in the summary and beside the field, and nothing typed is lost', async () => {
  const v = await Visitor.signedIn(browser, council, 'jo.bright')
  await v.go('/concerns')
  await v.press('Report a concern')
  await v.tick('Is the adult in danger now?', 'Not known')
  await v.press('Continue')
  await v.tick('Could someone who manages this service be involved?', 'No')
  await v.tick('If not: who else here may see it?', 'Everyone here who reports concerns')
  await v.press('Continue')
  await v.fill('Full name', 'Ada Fernsby')
  await v.fill('NHS number', '999 123 4560')
  await v.fill('Day', '31')
  await v.fill('Month', '2')
  await v.fill('Year', '1941')
  await v.press('Continue')
  assert.match(await v.page.title(), /^Error: /)
  const summary = await v.page.getByRole('alert').innerText()
  assert.match(summary, /There is a problem/)
  assert.equal(await v.page.getByLabel('NHS number').inputValue(), '999 123 4560')
  assert.ok((await v.page.locator('.govuk-error-message').count()) >= 2, summary)
  await v.sound()
  const target = await v.page.getByRole('alert').getByRole('link').first().getAttribute('href')
  assert.equal(await v.page.locator(target!).count(), 1, `${target} is on the page`)
  await v.fill('NHS number', '')
  await v.fill('Day', '28')
  await v.fill('Month', '5')
  await v.press('Continue')
  assert.equal(await v.heading(), 'What happened?')
  await v.press('Save and come back later')
  assert.match(await v.text(), /Ada Fernsby/)
  await v.leave()
})

test('a thread that a manager may be in is its author’s alone, draft and all', async () => {
  const v = await Visitor.signedIn(browser, council, 'jo.bright')
  await draft(v, { 'Could someone who manages this service be involved?': [
    ['Could someone who manages this service be involved?', 'Not known']] })
  assert.match(await v.text(), /Only you will see this concern here/)
  const where = new URL(v.page.url()).pathname
  const sam = await Visitor.signedIn(browser, council, 'sam.field')
  await sam.go(where)
  assert.match(await sam.text(), /no longer here/)
  const reference = await send(v)
  await v.go('/concerns')
  assert.ok((await v.text()).includes(reference))
  await sam.go('/concerns')
  assert.ok(!(await sam.text()).includes(reference))
  await sam.go(`/concerns/${reference}`)
  assert.equal(await sam.heading(), 'Page not found')
  await sam.sound()
  // Sam has no key of his own: it is not sent in a way that colleagues would see.
  await sam.go('/concerns')
  await sam.press('Report a concern')
  await sam.press('Continue')
  await sam.tick('Could someone who manages this service be involved?', 'Yes')
  await sam.press('Continue')
  assert.match(await sam.text(), /no key of its own yet/)
  await v.leave()
  await sam.leave()
})

test('its author names a colleague who reads along, draft and thread, and nobody else does, until the name is taken back', async () => {
  const jo = await Visitor.signedIn(browser, council, 'jo.bright', {})
  const sam = await Visitor.signedIn(browser, council, 'sam.field')
  const di = await Visitor.signedIn(browser, council, 'di.moss')
  const unseen = async (v: Visitor, path: string): Promise<void> => {
    await v.go(path)
    assert.equal(await v.heading(), 'Page not found', path)
  }
  await draft(jo, { 'Could someone who manages this service be involved?': [
    ['Could someone who manages this service be involved?', 'Yes']] })
  const id = /draft\/(\w+)\//.exec(jo.page.url())![1]!
  await unseen(sam, `/concerns/shown/${id}`)
  await jo.follow('Choose who else may see this')
  await jo.sound()
  await jo.tick('Colleagues', 'Sam Field')
  await jo.press('Save')
  assert.match(await jo.text(), /Only you and Sam Field will see this concern here/)
  await sam.go('/concerns')
  assert.match(await sam.text(), /Ada Fernsby, written by Jo Bright/)
  await sam.sound()
  await sam.follow('Ada Fernsby')
  assert.match(await sam.text(), /Jo Bright shows you this here[\s\S]*lifted by two carers/)
  await sam.sound()
  await di.go('/concerns')
  assert.doesNotMatch(await di.text(), /shown to you/)
  await unseen(di, `/concerns/shown/${id}`)
  await unseen(sam, `/concerns/draft/${id}/people`)

  // Sent, it is a thread that the same people see: Sam reads, and says nothing in Jo's name.
  const reference = await send(jo)
  await unseen(sam, `/concerns/shown/${id}`)
  await sam.go('/concerns')
  assert.match(await sam.text(), new RegExp(`${reference}\\s+Jo Bright shows you this`))
  await sam.go(`/concerns/${reference}`)
  await sam.until('We have your concern')
  assert.match(await sam.text(), /Jo Bright shows you this here/)
  assert.equal(await sam.page.getByRole('link', { name: 'Add information' }).count(), 0)
  await sam.sound()
  for (const path of ['add', 'challenge', 'withdraw', 'people']) await unseen(sam, `/concerns/${reference}/${path}`)
  for (const path of ['', '/sent', '/people', '/add']) await unseen(di, `/concerns/${reference}${path}`)
  await di.go('/concerns')
  assert.ok(!(await di.text()).includes(reference))

  await jo.go(`/concerns/${reference}`)
  assert.match(await jo.text(), /You and Sam Field see this here/)
  await jo.follow('Choose who else may see this')
  await jo.page.getByLabel('Sam Field').uncheck()
  await jo.page.getByLabel('Di Moss').check()
  await jo.press('Save')
  await unseen(sam, `/concerns/${reference}`)
  await di.go(`/concerns/${reference}`)
  assert.equal(await di.heading(), `Concern ${reference}`)
  // What all colleagues see is nobody's to show.
  const shared = await council.report('rosewood-house')
  await unseen(jo, `/concerns/${shared}/people`)
  await Promise.all([jo, sam, di].map((v) => v.leave()))
})

test('pressed twice, in two tabs, and with the back button: one concern', async () => {
  const v = await Visitor.signedIn(browser, council, 'jo.bright')
  await draft(v)
  const check = v.page.url()
  const other = await v.context.newPage()
  await other.goto(check)
  const reference = await send(v)
  await other.getByRole('button', { name: 'Send to the council' }).click()
  assert.match(await other.locator('main').innerText(), /no longer here: it was sent/)
  await v.page.goBack()
  await v.page.goto(check)
  assert.match(await v.text(), /no longer here: it was sent/)
  const mine = await v.page.locator('tbody tr').count()
  await v.page.reload()
  assert.equal(await v.page.locator('tbody tr').count(), mine)
  assert.ok((await v.text()).includes(reference))
  await v.leave()
})

test('a session that ended keeps what the form held until its owner has signed in again', async () => {
  const v = await Visitor.signedIn(browser, council, 'jo.bright')
  await v.go('/concerns')
  await v.press('Report a concern')
  await v.press('Continue')
  await v.tick('Could someone who manages this service be involved?', 'No')
  await v.tick('If not: who else here may see it?', 'Only me')
  await v.press('Continue')
  await v.press('Continue')
  await v.fill('What happened?', 'A long story that nobody wants to write twice.')
  await v.context.clearCookies()
  await v.press('Continue')
  assert.equal(await v.heading(), 'Sign in')
  assert.match(await v.text(), /What you had written on the page is kept/)
  await v.sound()
  await v.page.getByLabel('Name of your account').fill('jo.bright')
  await v.page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await v.press('Sign in')
  assert.equal(await v.page.getByLabel('What happened?').inputValue(), 'A long story that nobody wants to write twice.')
  await v.leave()
})

test('the council is down while a concern is written and sent: it is kept, said so, and arrives once', async () => {
  const v = await Visitor.signedIn(browser, council, 'jo.bright')
  await v.go('/concerns')
  const had = await v.page.locator('tbody tr').count()
  await v.press('Report a concern')
  await v.press('Continue')
  await council.stopDaemon()
  await v.tick('Could someone who manages this service be involved?', 'No')
  await v.tick('If not: who else here may see it?', 'Everyone here who reports concerns')
  await v.press('Continue')
  await write(v, {}, false, 'When did it happen?')
  await v.page.goto(v.page.url().replace(/[^/]*$/, 'check'))
  await v.press('Send to the council')
  assert.match(await v.heading(), /NOT RECEIVED – ring the council/)
  assert.match(await v.text(), /01632 960100/)
  await v.sound()
  await v.go('/concerns')
  assert.match(await v.heading(), /does not answer/)
  await v.sound()
  // The portal stops as well; what is on its way is on disk.
  await council.stopPortal()
  await council.startDaemon()
  await council.startPortal(Number(new URL(council.url).port))
  await v.go('/concerns')
  await v.follow('Ada Fernsby')
  await v.until('The council has your report')
  await v.go('/concerns')
  assert.equal(await v.page.locator('tbody tr').count(), had + 1)
  await v.leave()
})

test('a decision comes with the three questions and their reasons; a provider adds to it and asks to take it back', async () => {
  const v = await Visitor.signedIn(browser, council, 'jo.bright')
  await draft(v)
  const reference = await send(v)
  await v.follow('Follow this concern')
  await v.follow('Add information')
  await v.sound()
  await v.press('Send to the council')
  assert.match(await v.page.title(), /^Error: /)
  await v.sound()
  await v.fill('What do you know now?', 'She said that she slipped.')
  await v.press('Send to the council')
  assert.match(await v.text(), /The council has what you added/)
  await council.decide(reference, false)
  await v.until('This was an accident, and you did what you should.')
  assert.match(await v.text(), /You can disagree until/)
  await v.page.locator('summary').first().click()
  await v.sound()
  await v.follow('Disagree with the decision')
  await v.sound()
  await v.press('Send to the council')
  assert.match(await v.page.title(), /^Error: /)
  await v.fill('What is wrong with the decision?', 'Nobody asked the night staff.')
  await v.press('Send to the council')
  assert.match(await v.text(), /A manager who had no part in the decision/)
  assert.equal(await v.page.getByRole('link', { name: 'Disagree with the decision' }).count(), 0)
  await v.follow('Ask to take it back')
  await v.press('Send to the council')
  assert.match(await v.page.title(), /^Error: /)
  await v.sound()
  await v.tick('Why?', 'It has been put right')
  await v.press('Send to the council')
  await v.sound()
  await v.leave()
})

test('what the council asks is answered, and an enquiry that it hands on is accepted and reported', async () => {
  const v = await Visitor.signedIn(browser, council, 'jo.bright')
  await draft(v)
  const reference = await send(v)
  await council.act('m-heron', reference, 'ask', { of: '', questions: ['Who saw it?', 'Was the plan followed?'], why: 'To decide.' })
  await v.go('/concerns')
  await v.until('The council waits for you')
  await v.sound()
  await v.follow('Answer the council’s questions')
  await v.sound()
  await v.fill('Who saw it?', 'Two carers.')
  await v.fill('Was the plan followed?', 'Not known.')
  await v.press('Send to the council')
  assert.match(await v.text(), /The council has your answers/)
  await v.go('/organisation')
  assert.match(await v.text(), /People who can report here/)
  await v.sound()

  await council.decide(reference, true)
  await council.act('m-heron', reference, 'allocate', { lead: 'w-marsh', substantialDifficulty: 2, tellAdult: 'By her key worker.' })
  await council.act('m-heron', reference, 'delegate', { to: 'rosewood-house', scope: 'The fall.', purpose: 'To learn from it.',
    terms: 'See her and ask her.', dueMs: BigInt(Date.now() + 14 * 86_400_000), sourceReason: 'Best placed.' })
  await v.go('/concerns')
  await v.until('The enquiry that the council asks you to make')
  await v.follow('The enquiry that the council asks you to make')
  assert.match(await v.text(), /See her and ask her/)
  await v.sound()
  await v.follow('Say if you will do it')
  await v.sound()
  await v.press('Send to the council')
  assert.match(await v.page.title(), /^Error: /)
  await v.tick('What do you say?', 'We will do it')
  await v.press('Send to the council')
  assert.match(await v.text(), /The council has your answer/)
  await v.go('/concerns')
  await v.follow('The enquiry that the council asks you to make')
  assert.match(await v.text(), /0 of 4[\s\S]*Say if you will do it\s+Completed/)
  assert.match(await v.text(), /Check the report and send it\s+Cannot start yet/)
  // Written part by part, over days, by whoever of the organisation has the time.
  const sam = await Visitor.signedIn(browser, council, 'sam.field')
  await sam.go(new URL(v.page.url()).pathname)
  await sam.follow('Whom did you see and ask')
  await sam.press('Save')
  assert.match(await sam.page.title(), /^Error: /)
  await sam.sound()
  await sam.fill('Whom did you see and ask?', 'She was seen and asked.')
  await sam.press('Save')
  await v.page.reload()
  assert.match(await v.text(), /1 of 4/)
  for (const [label, words] of [['What did you find?', 'The rail was loose.'], ['What shows it?', 'The care notes.'],
    ['How safe is the adult now?', 'The rail is mended.']] as const) {
    await v.follow(label)
    await v.fill(label, words)
    await v.press('Save')
  }
  await v.sound()
  await v.follow('Check the report and send it')
  assert.match(await v.text(), /She was seen and asked[\s\S]*The rail was loose[\s\S]*The rail is mended/)
  await v.sound()
  await v.press('Send to the council')
  assert.match(await v.text(), /The council has your report/)
  const { timeline } = await council.services.desk()
    .fetch('look', { case: 'look', value: { reference, reason: 'The report', timeline: true } as never }, { worker: 'w-marsh' })
  assert.match(timeline.map((t) => t.text).join('\n'), /What did you find\?\nThe rail was loose/)
  await v.go(`/concerns/${reference}/enquiry/99`)
  assert.equal(await v.heading(), 'Page not found')
  await sam.leave()
  await v.sound()
  await v.leave()
})

test('with JavaScript: by keyboard alone, the summary has the focus, nothing is refused by the page’s own policy', async () => {
  const v = await Visitor.signedIn(browser, council, 'jo.bright', { javaScript: true, narrow: false })
  const { page } = v
  const reach = async (name: string): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate((n) => {
        const at = (globalThis as unknown as { document: { activeElement: { textContent: string; labels?: { textContent: string }[] } } }).document.activeElement
        return (at.labels?.[0]?.textContent ?? at.textContent).trim() === n
      }, name)) return
    }
    assert.fail(`Tab never reaches ${name}`)
  }
  await reach('Report a concern')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Is someone in danger right now?' }).waitFor()
  await reach('Yes')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Could someone who manages this service be involved?' }).first().waitFor()
  await reach('Yes')
  await page.keyboard.press('Space')
  await reach('Continue')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Who are you worried about?' }).waitFor()
  await v.fill('NHS number', '999 123 4560')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  assert.match(await page.title(), /^Error: /)
  assert.equal(await page.evaluate(() => (globalThis as unknown as { document: { activeElement: { className: string } } })
    .document.activeElement.className), 'govuk-error-summary')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => (globalThis as unknown as { document: { activeElement: { id: string } } })
    .document.activeElement.id), 'nhs')
  await v.sound()
  await v.leave()
})

// Every form of the table of acts, whichever it is: what it asks travels as the council's schema says, and its page is
// sound, as it opens where the case is in a state for it and as it comes back when the council says no.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fromJson } from '@bufbuild/protobuf'
import type { Browser } from 'playwright-core'
import { RequestSchema } from '../gen/triage/v1/envelope_pb.js'
import { inPages } from '../src/app/problems.js'
import { put } from '../src/provider/concern.js'
import { type Act, ACTS, type ActField } from '../src/staff/acts.js'
import { launch, Visitor } from './browser.js'
import { Council } from './council.js'
import { decide, fill, green, open, report } from './work.js'

let council: Council
let browser: Browser

before(async () => {
  [browser, council] = [await launch(), await Council.start()]
})
after(() => Promise.all([browser?.close(), council?.stop()]))

/** A value of the kind that the field asks for. */
function sample(field: ActField): unknown {
  if (field.kind === 'ticks' && field.as !== 'flag') return field.choices!.map((c) => c.value)
  if (field.kind === 'choice' && field.choices!.length > 0) return field.as === 'flag' ? true : field.choices![0]!.value
  return field.as === 'day' ? '1' : field.as === 'flag' ? true : field.as === 'lines' ? ['one'] : '2027-03-27'
}

test('what the council says for its command line is said without it', () => {
  assert.equal(inPages('Ring them, then record it: triage case phone.'), 'Ring them, then record it.')
  assert.equal(inPages('It is at another stage: triage case REF shows what is.'), 'It is at another stage.')
  assert.equal(inPages('Say which by its number. triage case REF shows them.'), 'Say which by its number.')
  assert.equal(inPages('The MASH triages it.'), 'The MASH triages it.')
})

test('each act is asked once, in words, and each of its fields is one that the council knows', () => {
  assert.equal(new Set(ACTS.map((a) => a.command)).size, ACTS.length)
  for (const act of ACTS) {
    assert.ok(act.fields.length > 0 && act.title.length > 3, act.command)
    assert.equal(new Set(act.fields.map((f) => f.name)).size, act.fields.length, act.command)
    const json: Record<string, unknown> = { ...act.fixed, ...(act.plain ? { reference: 'SC' } : { hold: { reference: 'SC' } }) }
    if (act.errand) json['number'] = 1
    for (const field of act.fields) if (field.wire) put(json, field.wire, sample(field))
    assert.doesNotThrow(() => fromJson(RequestSchema, { [act.body]: json } as never), act.command)
  }
})

/** Of those who report, at the intake's port; of the page itself, which looks; of an operator. */
const NO_FORM = new Set(['supplement', 'withdraw', 'read_notice', 'accept_delegation', 'refuse_delegation', 'report_delegation',
  'look', 'erase'])

test('the council names no command for which there is no page', async () => {
  const reference = await report(council, green())
  const { actions } = await council.services.desk().fetch('actions', { case: 'actions', value: { reference } as never }, { worker: 'm-heron' })
  const pages = new Set([...ACTS.map((a) => a.command), 'take', 'decide'])
  assert.ok(actions.length > 40, `${actions.length} commands`)
  assert.deepEqual(actions.map((a) => a.command).filter((c) => !pages.has(c) && !NO_FORM.has(c)), [])
})


/** Sends the form of an act with nothing filled in; what comes back. */
async function sendEmpty(v: Visitor, act: Act, reference: string): Promise<number> {
  await v.go(`/case/${reference}`)
  const answered = v.page.waitForResponse((r) => r.request().isNavigationRequest() && r.request().method() === 'POST')
  await v.page.evaluate((action) => {
    const { document } = globalThis as unknown as { document: { querySelector(s: string): { value: string }
      createElement(n: string): { method: string; action: string; innerHTML: string; submit(): void }; body: { append(e: unknown): void } } }
    const form = document.createElement('form')
    form.method = 'post'
    form.action = action
    form.innerHTML = `<input name="_csrf" value="${document.querySelector('[name=_csrf]').value}"><input name="version" value="1">`
    document.body.append(form)
    form.submit()
  }, `/case/${reference}/do/${act.command}`)
  const status = (await answered).status()
  await v.page.locator('h1').waitFor()
  return status
}

test('each form comes back sound when the council says no: the summary, its focus, the title', async () => {
  const reference = await report(council, green())
  const v = await Visitor.signedIn(browser, council, 'cara.heron', { javaScript: true })
  await open(v, reference)
  for (const act of ACTS) {
    const status = await sendEmpty(v, act, reference)
    assert.equal(status, 422, `${act.command}: ${await v.text()}`)
    assert.equal(await v.heading(), act.title)
    assert.match(await v.page.title(), /^Error: /, act.command)
    await v.page.locator('.govuk-error-summary:focus').waitFor({ timeout: 5_000 })
    // What the summary points at is there.
    const lost = await v.page.locator('.govuk-error-summary__list a').evaluateAll((all) => all.map((a) => (a as unknown as { hash: string }).hash)
      .filter((h) => !(globalThis as unknown as { document: { getElementById(id: string): unknown } }).document.getElementById(h.slice(1))))
    assert.deepEqual(lost, [], act.command)
    await v.sound()
  }
  await v.leave()
})

/** What the story below comes by, whatever the hour. */
const STORY = [
  'accept', 'adult_told', 'allocate', 'answer', 'ask', 'close_question', 'complete', 'delegate', 'extend', 'extend_delegation',
  'finish', 'link', 'mark', 'offer', 'org_attach', 'phone', 'put_off', 'rate', 'reassign', 'reject', 'reopen', 'restrict', 'return',
  'return_enquiry', 'sign_off', 'suggest_link', 'take_back', 'take_back_delegation', 'void', 'withdraw_offer',
]

test('each form that is open opens sound, from the queue to the closed case', async () => {
  const seen = new Set<string>()
  const people = await Promise.all(['nell.marsh', 'cara.heron', 'lee.alder', 'bo.birch'].map((who) => Visitor.signedIn(browser, council, who)))
  const [nell, cara, lee, bo] = people as [Visitor, Visitor, Visitor, Visitor]
  const opened = new Set<string>()
  /** Every door that somebody sees and that was not yet looked behind. */
  const look = async (reference: string): Promise<void> => {
    for (const v of people) {
      if (!opened.has(`${v.name} ${reference}`)) await open(v, reference)
      opened.add(`${v.name} ${reference}`)
      const page = await (await v.context.request.get(`${council.url}/case/${reference}`)).text()
      const doors = [...page.matchAll(/href="(\/case\/[^"/]+\/do\/[^"]+)"/g)].map((m) => m[1]!)
      for (const door of doors.filter((d) => !seen.has(d.split('/').at(-1)!))) {
        seen.add(door.split('/').at(-1)!)
        await v.go(door)
        await v.sound()
      }
    }
  }
  const does = async (v: Visitor, reference: string, title: string, given: Record<string, string>): Promise<void> => {
    await open(v, reference)
    assert.ok(await v.page.getByRole('link', { name: title }).count(), `${title}: ${await v.page.locator('main').textContent()}`)
    await v.follow(title)
    await fill(v, given)
    await v.press(title)
    assert.match(await v.text(), /Done: /, title)
  }
  const met = {
    'Does the adult need care and support?': 'Yes', 'Are they being abused or neglected, or at risk of it?': 'Yes',
    'Because of those needs, are they unable to protect themselves?': 'Yes', 'What do you decide?': 'A section 42 enquiry',
    'Can they decide about this for themselves?': 'Yes',
  }
  const a = await report(council, green())
  await look(a)
  await open(nell, a)
  await nell.press('Take this case')
  await does(nell, a, 'Ask a question', { 'Questions': 'Who was there?', 'Why does it matter?': 'It tells who saw it.' })
  await look(a)
  await does(nell, a, 'Close a question', { 'Why?': 'It is known.', 'What did the answer change?': 'Nothing, thank you.' })
  await open(nell, a)
  await decide(nell, met)
  await nell.press('Decide')
  await look(a)
  await does(nell, a, 'Offer it to a community team', { 'Which team?': 'Eastfield community team',
    'How does the team know the adult?': 'They are allocated to it now', 'Where is that recorded?': 'In the case notes',
    'May the team, or anybody in it, be the source?': 'No',
    Day: '2', Month: '3', Year: '2026' })
  await look(a)
  await does(lee, a, 'Accept the handover', { 'Who leads?': 'Bo Birch', 'How will the adult be told?': 'Bo visits and says it.' })
  await look(a)
  await does(bo, a, 'Ask others to enquire', { 'Who enquires?': 'brightwater-homecare', 'What are they to find out, and what not?': 'The rota.',
    'What is it for?': 'To know who was there.', 'On what terms?': 'They tell nobody else.', Day: '27', Month: '3', Year: '2027' })
  await look(a)
  await does(bo, a, 'Take the enquiry back', { 'Why?': 'It is known now.' })
  await does(bo, a, 'Finish the enquiry', { 'What was found?': 'The tablet was late.', 'What became of the risk?': 'It was removed',
    'Did the adult get what they wanted?': 'Yes, fully' })
  await look(a)
  await does(lee, a, 'Record that you told them by telephone', { 'Whom did you speak to?': 'Jo Bright' })
  await look(a)
  await does(lee, a, 'Close it', { 'What do you tell who reported it?': 'It is over and all is well.', 'How was the adult told, or why not?': 'By Bo.' })
  await look(a)
  const b = await report(council, green())
  await does(cara, b, 'It was recorded in error', { 'Is it certain?': 'No adult is at risk in this', 'Why?': 'A trial.' })
  await look(b)
  await Promise.all(people.map((v) => v.leave()))
  for (const command of STORY) assert.ok(seen.has(command), `${command} is not among ${[...seen].sort().join(' ')}`)
  // What the others need, such as an errand that is late or a record about a service, takes days or other desks.
})

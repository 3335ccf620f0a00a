// One concern from end to end with nothing but keys: every step is a Tab, an arrow, Space or Enter, what has the focus
// is seen to have it, and the focus goes through each page in the order in which it is read.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, Visitor } from './browser.js'
import { Council, PASSWORD } from './council.js'

let council: Council
let browser: Browser

before(async () => {
  [browser, council] = [await launch(), await Council.start()]
})
after(() => Promise.all([browser?.close(), council?.stop()]))

/** More than any page here has to stop at. */
const STOPS_MAX = 250

interface Focus {
  /** Empty: the page itself has it. */
  tag: string
  type: string
  name: string
  group: string
  label: string
  text: string
  seen: boolean
  covered: boolean
  onScreen: boolean
}

/** What has the focus now, as somebody who looks at the screen knows it. */
function focus(page: Page): Promise<Focus> {
  return page.evaluate((): Focus => {
    interface Box { top: number; bottom: number; left: number; width: number; height: number }
    interface El { tagName: string; id: string; type?: string; name?: string; textContent: string; labels?: El[]; parentElement: El | null
      closest(s: string): El | null; querySelector(s: string): El | null; contains(e: El | null): boolean; getBoundingClientRect(): Box }
    const world = globalThis as unknown as { document: { activeElement: El; body: El; elementFromPoint(x: number, y: number): El | null }
      innerHeight: number; getComputedStyle(e: El, pseudo?: string): Record<string, string> }
    const at = world.document.activeElement
    const none = { tag: '', type: '', name: '', group: '', label: '', text: '', seen: false, covered: false, onScreen: false }
    if (at === world.document.body) return none
    const plain = (e: El | null | undefined): string => (e?.textContent ?? '').replace(/\s+/g, ' ').trim()
    const marks = (e: El, pseudo?: string): boolean => {
      const s = world.getComputedStyle(e, pseudo)
      return (s['outlineStyle'] !== 'none' && parseFloat(s['outlineWidth']!) > 0) || s['boxShadow'] !== 'none'
    }
    const label = at.labels?.[0]
    // A radio or tick is drawn by its label.
    const box = (label && at.type && ['radio', 'checkbox'].includes(at.type) ? label : at).getBoundingClientRect()
    const top = world.document.elementFromPoint(box.left + Math.min(box.width, 40) / 2, box.top + Math.min(box.height, 20) / 2)
    return {
      tag: at.tagName, type: at.type ?? '', name: at.name ?? at.id, group: plain(at.closest('fieldset')?.querySelector('legend')),
      label: plain(label), text: plain(at), seen: marks(at) || (label !== undefined && (marks(label, '::before') || marks(label))),
      covered: top !== null && !at.contains(top) && !top.contains(at) && !(label?.contains(top) ?? false),
      onScreen: box.top >= -1 && box.top < world.innerHeight,
    }
  })
}

class Keys {
  constructor(readonly v: Visitor) {}
  get page(): Page {
    return this.v.page
  }

  static async signedIn(name: string): Promise<Keys> {
    const keys = new Keys(await Visitor.come(browser, council, `keys-${name}`, { javaScript: true, narrow: false }))
    await keys.v.go('/sign-in')
    await keys.to((f) => f.label.startsWith('Name of your account'), 'the name')
    await keys.page.keyboard.type(name)
    await keys.to((f) => f.label === 'Password', 'the password')
    await keys.page.keyboard.type(PASSWORD)
    await keys.enter()
    return keys
  }

  /** Tab, until it is there; each stop on the way can be seen. */
  async to(is: (f: Focus) => boolean, what: string): Promise<Focus> {
    for (let i = 0, skipped = false; i < STOPS_MAX; i++) {
      await this.page.keyboard.press('Tab')
      const f = await focus(this.page)
      if (f.tag === '') continue
      // As who goes by keys does: past the navigation.  What is not there comes after it has been round once.
      if (f.text === 'Skip to main content' && !skipped && !is(f)) {
        skipped = true
        await this.page.keyboard.press('Enter')
        continue
      }
      const where = `${new URL(this.page.url()).pathname}: ${f.tag} ${f.label || f.text}`
      assert.ok(f.seen, `the focus is not seen at ${where}`)
      assert.ok(f.onScreen && !f.covered, `the focus is hidden at ${where}`)
      if (is(f)) return f
    }
    throw new Error(`Tab never reaches ${what} at ${this.page.url()}`)
  }

  /** Enter, and the page that it leads to. */
  async enter(): Promise<void> {
    const arrived = this.page.waitForEvent('load')
    await this.page.keyboard.press('Enter')
    await arrived
    assert.equal(await this.page.locator('h1').count(), 1)
  }
  async press(name: string): Promise<void> {
    await this.to((f) => ['BUTTON', 'A'].includes(f.tag) && f.text === name, name)
    await this.enter()
  }
  async follow(name: string): Promise<void> {
    await this.to((f) => f.tag === 'A' && f.text.startsWith(name), name)
    await this.enter()
  }
  /** A radio by arrows, from wherever the group is entered. */
  async choose(question: string, answer: string): Promise<void> {
    const isIt = (f: Focus): boolean => f.group === question && f.label === answer
    let f = await this.to((at) => at.group === question, question)
    if (isIt(f)) await this.page.keyboard.press('Space')
    for (let i = 0; !isIt(f) && i < 30; i++) {
      await this.page.keyboard.press('ArrowDown')
      f = await focus(this.page)
    }
    assert.ok(isIt(f), `${question}: ${answer}`)
    assert.ok(await this.page.locator(':focus').isChecked(), `${question}: ${answer} is chosen`)
  }
  async type(label: string, text: string): Promise<void> {
    await this.to((f) => f.label === label, label)
    await this.page.keyboard.type(text)
  }
  heading(): Promise<string> {
    return this.v.heading()
  }

  /** Fills what this page asks and `given` answers, in the order of the page, and goes on. */
  async fill(given: Record<string, string>, button: string): Promise<void> {
    await this.page.evaluate(() => (globalThis as unknown as { document: { activeElement: { blur(): void } } }).document.activeElement.blur())
    for (const asked of await this.asked()) {
      const answer = given[asked.name] ?? (asked.isLong ? given['otherwise'] : undefined)
      if (answer === undefined) continue
      if (asked.isGroup) await this.choose(asked.name, answer)
      else await this.type(asked.name, answer)
    }
    await this.press(button)
  }
  private asked(): Promise<{ name: string; isGroup: boolean; isLong: boolean }[]> {
    return this.page.locator('main').locator('legend, label').evaluateAll((all) => all.flatMap((e) => {
      const el = e as unknown as { textContent: string; tagName: string; control?: { type: string } | null }
      if (['radio', 'checkbox'].includes(el.control?.type ?? '')) return []
      return [{ name: el.textContent.replace(/\s+/g, ' ').trim(), isGroup: el.tagName === 'LEGEND', isLong: el.control?.type === 'textarea' }]
    }))
  }

  /** Opens a case and says why. */
  async open(reference: string): Promise<void> {
    await this.v.go(`/case/${reference}`)
    if (!(await this.heading()).startsWith('Why')) return
    await this.choose('Why do you open this case?', 'To decide whether to take it')
    await this.press('Open the case')
  }

  /** The stops of a page, in the order of Tab: on the screen they come line by line, left to right. */
  async order(): Promise<void> {
    await this.page.reload()
    let last = -1
    for (let i = 0; i < STOPS_MAX; i++) {
      await this.page.keyboard.press('Tab')
      const at = await this.page.evaluate(() => {
        const { activeElement: e, body, querySelectorAll } = (globalThis as unknown as { document: { activeElement: unknown; body: unknown
          querySelectorAll(s: string): ArrayLike<unknown> } }).document
        return e === body ? -1 : Array.from(querySelectorAll.call((globalThis as unknown as { document: never }).document, '*')).indexOf(e)
      })
      if (at === -1) return
      assert.ok(at > last, `Tab goes back at ${this.page.url()}`)
      last = at
    }
  }
}

const SAID: Record<string, string> = {
  'Is the adult in danger now?': 'Yes', 'Could someone who manages this service be involved?': 'No',
  'If not: who else here may see it?': 'Everyone here who reports concerns', 'Which of these is true?': 'I know who it is',
  'Full name': 'Ada Fernsby', 'What happened?': 'Grip marks on both arms.', 'Can they still reach the adult?': 'Yes',
  'How badly were they harmed?': 'Badly: an injury, illness or loss that will last', 'Who may have caused it?': 'A paid carer',
}
const DECIDED: Record<string, string> = {
  'Does the adult need care and support?': 'Yes', 'Because of those needs, are they unable to protect themselves?': 'Yes',
  'Can they decide about this for themselves?': 'Yes', 'What do you tell them?': 'It was an accident.', 'otherwise': 'As seen and written down.',
}

/** From page to page up to the check. */
async function through(keys: Keys, given: Record<string, string>): Promise<void> {
  while (!(await keys.heading()).startsWith('Check')) {
    const title = await keys.heading()
    await keys.fill(given, 'Continue')
    assert.notEqual(await keys.heading(), title, await keys.v.text())
  }
}

async function decides(keys: Keys, reference: string, met: boolean): Promise<void> {
  await keys.open(reference)
  await keys.press('Take this case')
  await keys.follow('Decide')
  await through(keys, { ...DECIDED, 'Are they being abused or neglected, or at risk of it?': met ? 'Yes' : 'No',
    'What do you decide?': met ? 'A section 42 enquiry' : 'Not a section 42 enquiry',
    'Why is it not a section 42 enquiry?': 'No abuse or neglect, and no risk of it' })
  await keys.press('Decide')
}

/** A form of the case page. */
async function acts(keys: Keys, reference: string, title: string, given: Record<string, string>): Promise<void> {
  await keys.open(reference)
  await keys.follow(title)
  await keys.fill(given, title)
  assert.match(await keys.v.text(), /Done: /, title)
}

test('a concern is reported, decided, challenged, upheld, handed over, closed and told by keys alone', async () => {
  const jo = await Keys.signedIn('jo.bright')
  const nell = await Keys.signedIn('nell.marsh')
  await nell.page.getByRole('heading', { name: 'Board: Adults MASH' }).waitFor()

  // The skip link comes first, and leads past the navigation.
  await jo.page.reload()
  await jo.to((f) => f.text === 'Skip to main content', 'the skip link')
  await jo.page.keyboard.press('Enter')
  await jo.page.keyboard.press('Tab')
  assert.equal((await focus(jo.page)).text, 'Report a concern')
  await jo.enter()
  // What is wrong comes back with the focus on the summary, which leads to the field.
  await through(jo, { ...SAID, 'NHS number': '999 000 0000' }).catch(() => undefined)
  assert.match(await jo.page.title(), /^Error: /)
  await jo.page.locator('.govuk-error-summary:focus').waitFor()
  await jo.page.keyboard.press('Tab')
  await jo.page.keyboard.press('Enter')
  assert.equal((await focus(jo.page)).label, 'NHS number')
  await jo.page.keyboard.press('Control+a')
  await jo.page.keyboard.press('Delete')
  await jo.press('Continue')
  await through(jo, SAID)
  await jo.order()
  await jo.press('Send to the council')
  await jo.page.waitForURL(/\/sent$/)
  const reference = (await jo.v.text()).match(/SC-[0-9A-Z]{4}-[0-9A-Z]{4}/)![0]

  await nell.page.getByRole('link', { name: '1 new case, show' }).waitFor()
  await nell.press('1 new case, show')
  await nell.order()
  await nell.to((f) => f.tag === 'A' && f.text.includes(reference), reference)
  await nell.enter()
  await decides(nell, reference, false)
  const cara = await Keys.signedIn('cara.heron')
  await acts(cara, reference, 'Answer as the second person', { 'Do you agree?': 'I agree', 'Why?': 'Read, and agreed.' })

  await jo.v.go(`/concerns/${reference}`)
  await jo.v.until('You can disagree until')
  await jo.follow('Disagree with the decision')
  await jo.press('Send to the council')
  assert.match(await jo.page.title(), /^Error: /)
  await jo.page.locator('.govuk-error-summary:focus').waitFor()
  await jo.type('What is wrong with the decision?', 'The marks are the shape of hands.')
  await jo.press('Send to the council')
  await acts(cara, reference, 'Name who reviews the disagreement', { 'Which manager?': 'Lee Alder' })
  const lee = await Keys.signedIn('lee.alder')
  await acts(lee, reference, 'Decide the disagreement', { 'How does it end?': 'They are right', 'Why?': 'They fit no fall.',
    'What do you tell who reported it?': 'You were right to ask.' })

  await decides(nell, reference, true)
  await nell.order()
  await acts(nell, reference, 'Offer it to a community team', { 'Which team?': 'Eastfield community team',
    'How does the team know the adult?': 'They are allocated to it now', 'Where is that recorded?': 'In the case notes',
    'May the team, or anybody in it, be the source?': 'No',
    'Day': '2', 'Month': '3', 'Year': '2026', 'Safety plan': 'The night carer does not work with her.' })
  await acts(lee, reference, 'Accept the handover', { 'Who leads?': 'Bo Birch', 'How will the adult be told?': 'Bo visits her.' })
  await jo.v.go(`/concerns/${reference}`)
  await jo.v.until('section 42')
  const bo = await Keys.signedIn('bo.birch')
  await acts(bo, reference, 'Finish the enquiry', { 'What was found?': 'She was held too hard.', 'What became of the risk?': 'It was removed',
    'Did the adult get what they wanted?': 'Yes, fully' })
  await acts(lee, reference, 'Close it', { 'What do you tell who reported it?': 'The enquiry is over and she is safe.',
    'How was the adult told, or why not?': 'By Bo, at home.' })
  await jo.v.go(`/concerns/${reference}`)
  await jo.v.until('The enquiry is over and she is safe')
  await jo.order()
  await Promise.all([jo, nell, cara, lee, bo].map((one) => one.v.leave()))
})

// What managers see of quality, delegated enquiries and rules, in a real browser against a real daemon.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { likely, share } from '../src/staff/quality.js'
import { launch, Visitor } from './browser.js'
import { Council } from './council.js'
import { green, report } from './work.js'

const DAY_MS = 86_400_000

let council: Council
let browser: Browser
/** Of twelve concerns: refused, and disagreed with. */
let refused = ''
/** Met, led, and enquired into by Brightwater Homecare. */
let delegated = ''

before(async () => {
  browser = await launch()
  council = await Council.start()
  council.install('draft', (file, text) => file === 'pack.yaml' ? text.replace(/version: .*/, 'version: "2026.2"')
    : text.replace('<outputEntry id="x12_3_1"><text>"green"</text>', '<outputEntry id="x12_3_1"><text>"amber"</text>'))
  const references: string[] = []
  for (let i = 0; i < 12; i++) references.push(await report(council, green()))
  refused = references[0]!
  delegated = references[1]!
  await council.act('w-marsh', references[2]!, 'rate', { colour: 2, reason: 'She is worse.' }, await council.take(references[2]!))
  await council.decide(refused, false)
  const home = council.services.link(council.services.config.organisations.get('rosewood-house')!.profile)
  await home.command({ case: 'challenge', value: { key: randomBytes(16), reference: refused, text: 'It was no accident.' } as never })
  await council.decide(delegated, true)
  await council.act('w-marsh', delegated, 'allocate', { lead: 'w-marsh', substantialDifficulty: 2, tellAdult: 'At home.' })
  await council.act('w-marsh', delegated, 'delegate', { to: 'brightwater-homecare', scope: 'The tablets.', purpose: 'How it came about.',
    terms: 'Tell nobody else.', dueMs: BigInt(Date.now() + 10 * DAY_MS) })
})
after(async () => {
  await browser?.close()
  await council?.stop()
})

async function cells(v: Visitor, table: RegExp, row: RegExp): Promise<string[]> {
  const region = v.page.getByRole('region', { name: table })
  return region.getByRole('row', { name: row }).getByRole('cell').allInnerTexts()
}

test('a share of a handful is told as numbers alone, and a share of many with how far it may be off', () => {
  assert.equal(share(0, 0), '-')
  assert.equal(share(1, 9), '1 of 9')
  assert.equal(share(1, 10), '1 of 10 (10%)')
  assert.equal(likely(1, 9), 'too few to say')
  assert.equal(likely(0, 10), '0% to 28%')
  assert.equal(likely(50, 100), '40% to 60%')
  assert.equal(likely(10, 10), '72% to 100%')
})

for (const narrow of [true, false])
  test(`quality is so many of so many, by area, provider, rule and decision, ${narrow ? 'narrow' : 'wide'}`, async () => {
    const v = await Visitor.signedIn(browser, council, 'cara.heron', { narrow })
    await v.follow('Quality')
    assert.deepEqual(await cells(v, /^What concerns came to/, /^All/), ['12', '10 of 12 (83%)', '1 of 2', 'too few to say', '0', '1', '0'])
    assert.deepEqual(await cells(v, /^Colours that were changed/, /^All/), ['1 of 12 (8%)', '1', '0', '0 of 12 (0%)'])
    assert.deepEqual(await cells(v, /^Decisions that were doubted/, /^All/), ['2', '0 of 2', '1 of 2', '0 of 1', '0', '0', '0', '1'])
    assert.deepEqual((await cells(v, /^What adults wanted/, /^All/)).slice(0, 2), ['0', '1'])
    await v.sound()
    const drawn = await v.page.locator('svg').first().locator('text').allTextContents()
    assert.ok(drawn[0] === 'All' && drawn.includes('12'), `the chart says what the table says: ${drawn}`)
    await v.page.getByLabel('By', { exact: true }).selectOption('provider')
    await v.press('Show')
    assert.equal((await cells(v, /^What concerns came to/, /^Rosewood House/))[0], '12')
    await v.sound()
    await v.go('/manager/quality?by=rule')
    assert.match(await v.text(), /, row \d+/)
    await v.go('/manager/quality?by=decision')
    assert.deepEqual((await cells(v, /^Decisions that were doubted/, /^No enquiry: no abuse/)).slice(0, 3), ['1', '0 of 1', '1 of 1'])
    await v.sound()
    await v.leave()
  })

test('what waits, came in, went out, is unallocated or untold stands on a page with its table', async () => {
  const v = await Visitor.signedIn(browser, council, 'cara.heron')
  const heads = await v.page.getByRole('region', { name: 'Now, by team' }).getByRole('columnheader').allInnerTexts()
  for (const head of ['Overdue', 'Oldest', 'Unallocated: enquiry needed, nobody leads', 'Senders not yet told']) assert.ok(heads.includes(head), head)
  const flow = await cells(v, /^In and out/, /^Adults MASH/)
  assert.deepEqual(flow.slice(0, 3), ['12', '2', '10'])
  assert.deepEqual(flow.slice(3), ['20', 'never'], 'two of them in four weeks; and more came in')
  const ages = await cells(v, /^What waits, by age/, /^Under a day/)
  assert.equal(ages.reduce((sum, n) => sum + Number(n), 0), 10)
  await v.sound()
  await v.follow('Not yet told')
  assert.equal((await cells(v, /^Decisions of the last/, /^Adults MASH/))[0], '2')
  await v.sound()
  await v.leave()
})

test('enquiries that others make are listed with who leads, who enquires and how far up the ladder they are', async () => {
  const v = await Visitor.signedIn(browser, council, 'cara.heron')
  await v.follow('Delegated enquiries')
  const row = await cells(v, /^Each of them/, new RegExp(delegated))
  assert.deepEqual(row.slice(0, 4), ['Adults MASH', 'Brightwater Homecare', 'Nell Marsh', 'Offered, not yet accepted'])
  assert.equal(row.at(-1), 'In time')
  assert.deepEqual(await cells(v, /^By team/, /^Adults MASH/), ['1', '0', '1', '0', '0', '0'])
  await v.sound()
  const p = await Visitor.signedIn(browser, council, 'jo.bright')
  for (const path of ['/manager/delegated', '/manager/quality', '/manager/policy/try?pack=draft']) {
    await p.go(path)
    assert.equal(await p.heading(), 'You cannot see this page', `${path} is no provider's`)
  }
  await v.leave()
  await p.leave()
})

test('a draft is compared row by row, tried on the last cases, proposed by one manager and put in force by another', async () => {
  const v = await Visitor.signedIn(browser, council, 'cara.heron')
  await v.follow('Rules in force')
  await v.page.getByLabel('Installed packs').selectOption('draft')
  await v.press('Try it')
  assert.match(await v.text(), /the version was 2026\.1, is 2026\.2/)
  const rating = v.page.getByRole('region', { name: 'Row by row' }).getByRole('row').filter({ hasText: 'rating' })
  assert.match(await rating.first().innerText(), /3[\s\S]*green[\s\S]*amber/)
  assert.match(await v.text(), /Of 1[23] cases, 12 would have come out otherwise: 12 more urgent, 0 less urgent/)
  assert.deepEqual(await cells(v, /^Those that would/, /^Green/), ['0', '12', '0'])
  await v.sound()
  await v.page.getByLabel('On the last').selectOption('100')
  await v.press('Try it')
  assert.match(await v.text(), /Of 1[23] cases/)
  await v.press('Propose it')
  assert.match(await v.page.title(), /^Error: /)
  await v.sound()
  await v.fill('Why?', 'A home asked for more time to be read.')
  await v.press('Propose it')
  assert.match(await v.text(), /Proposed\. Another manager[\s\S]*version 2026\.2[\s\S]*Proposed by Cara Heron/)
  assert.equal(await v.page.getByRole('button', { name: 'Put it in force' }).count(), 0, 'no manager alone')
  await v.sound()
  const lee = await Visitor.signedIn(browser, council, 'lee.alder', { narrow: false })
  await lee.go('/manager/policy')
  await lee.press('Put it in force')
  assert.match(await lee.page.title(), /^Error: /)
  await lee.sound()
  await lee.fill('Why?', 'Read and tried.')
  await lee.press('Put it in force')
  assert.match(await lee.text(), /In force from now on[\s\S]*default, version 2026\.2[\s\S]*Cara Heron[\s\S]*Lee Alder/)
  await lee.follow('Its tables, as they stand')
  assert.match(await lee.page.locator('body').innerText(), /2026\.2/)
  await v.go('/manager/policy/try?pack=nowhere')
  assert.match(await v.page.title(), /^Error: /)
  await v.sound()
  await Promise.all([v, lee].map((one) => one.leave()))
})

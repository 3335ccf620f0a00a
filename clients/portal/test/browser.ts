// Debian's Chromium, driven by Playwright; each page that is opened is held against axe-core.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { ROOT } from '../src/app/views.js'
import { type Council, PASSWORD } from './council.js'

const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** Long enough for a busy machine; shorter while a test is being written. */
const PATIENCE_MS = Number(process.env['PORTAL_PATIENCE_MS'] ?? 30_000)
const SHOTS = process.env['PORTAL_SHOTS']

export function launch(): Promise<Browser> {
  const args = ['--disable-dev-shm-usage']
  if (process.getuid?.() === 0) args.push('--no-sandbox')
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args })
}

interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
}

const twins = new WeakMap<Browser, Page>()

/** One page a browser in which scripts run, at the portal's own address, so that its styles load. */
async function twinOf(browser: Browser, url: string): Promise<Page> {
  let twin = twins.get(browser)
  if (!twin) {
    twin = await browser.newPage()
    await twin.goto(`${url}/healthz`)
    twins.set(browser, twin)
  }
  return twin
}

export interface How {
  javaScript?: boolean
  narrow?: boolean
}

/** One person's browser.  Without JavaScript and at 360 px unless told otherwise: both must do. */
export class Visitor {
  readonly wrong: string[] = []
  private shots = 0

  private constructor(readonly context: BrowserContext, readonly page: Page, readonly council: Council, readonly name: string) {
    // Refused forms and missing pages are told to the console as well, and another's pages are not ours to mend.
    page.on('console', (m) => {
      const ours = m.location().url.startsWith(council.url)
      if (m.type() === 'error' && ours && !/status of (4|502|503)/.test(m.text())) this.wrong.push(m.text())
    })
    page.on('pageerror', (e) => void this.wrong.push(String(e)))
  }

  static async come(browser: Browser, council: Council, name = 'visitor', how: How = {}): Promise<Visitor> {
    const context = await browser.newContext({
      javaScriptEnabled: how.javaScript ?? false, locale: 'en-GB', timezoneId: 'Europe/London',
      viewport: how.narrow === false ? { width: 1280, height: 900 } : { width: 360, height: 800 },
    })
    context.setDefaultTimeout(PATIENCE_MS)
    return new Visitor(context, await context.newPage(), council, name)
  }

  static async signedIn(browser: Browser, council: Council, name: string, how: How = {}): Promise<Visitor> {
    const v = await Visitor.come(browser, council, name, how)
    // By the form's own token; the form itself is filled in where it is tested.
    const { request } = v.context
    const form = await (await request.get(`${council.url}/sign-in`)).text()
    const token = /name="_csrf" value="([^"]+)"/.exec(form)![1]!
    const answer = await request.post(`${council.url}/sign-in`, { form: { _csrf: token, name, password: PASSWORD }, maxRedirects: 0 })
    assert.equal(answer.status(), 303, name)
    await v.go(answer.headers()['location']!)
    return v
  }

  async go(path: string): Promise<void> {
    await this.page.goto(this.council.url + path)
  }
  async press(name: string): Promise<void> {
    await this.leads(this.page.getByRole('main').getByRole('button', { name, exact: true }).first())
  }
  async follow(name: string | RegExp): Promise<void> {
    await this.leads(this.page.getByRole('link', { name }).first())
  }
  /** Clicks what leads elsewhere, and is there: a click alone may end before the browser has left, or with half a page. */
  private async leads(door: Locator): Promise<void> {
    if ((await door.getAttribute('href'))?.startsWith('#')) return door.click()
    const there = Promise.race([this.page.waitForEvent('load'), this.page.waitForEvent('download')])
    await Promise.all([there, door.click()])
  }
  heading(): Promise<string> {
    return this.page.locator('h1').innerText()
  }
  text(): Promise<string> {
    return this.page.locator('main').innerText()
  }
  /** In the group of that question. */
  async tick(question: string, answer: string): Promise<void> {
    await this.page.getByRole('group', { name: question }).getByLabel(answer, { exact: true }).check()
  }
  /** Of a list: the entry that begins so. */
  async choose(label: string, text: string): Promise<void> {
    const list = this.page.getByLabel(label, { exact: true })
    const entries = (await list.locator('option').allInnerTexts()).filter((entry) => entry.startsWith(text))
    assert.equal(entries.length, 1, `${label}: ${text}`)
    await list.selectOption({ label: entries[0]! })
  }
  async fill(label: string, text: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(text)
  }

  /** The questions of the page that are answered by a choice. */
  groups(): Promise<string[]> {
    return this.page.locator('main fieldset > legend').evaluateAll((all) =>
      all.map((e) => (e as unknown as { textContent: string }).textContent.replace(/\s+/g, ' ').trim()))
  }

  /** Loads the page again until it says so: what the council tells comes when it comes. */
  async until(words: string, tries = 100): Promise<void> {
    for (let i = 0; i < tries; i++) {
      if ((await this.text()).includes(words)) return
      await this.page.waitForTimeout(100)
      await this.page.reload()
    }
    assert.fail(`never said "${words}":\n${await this.text()}`)
  }

  /** No violation of WCAG 2.2 AA, one h1, a title, nothing wider than the screen, no error in the console. */
  async sound(): Promise<void> {
    const where = `${this.name} at ${new URL(this.page.url()).pathname}`
    const { heads, wide, html } = await this.page.evaluate(() => {
      const { documentElement: root } = (globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number
        outerHTML: string; querySelectorAll(s: string): { length: number } } } }).document
      return { heads: root.querySelectorAll('h1').length, wide: root.scrollWidth - root.clientWidth, html: `<!DOCTYPE html>${root.outerHTML}` }
    })
    assert.equal(heads, 1, `${where}: one h1`)
    if (wide > 0 && SHOTS) await this.page.screenshot({ path: join(SHOTS, 'wide.png'), fullPage: true })
    assert.ok(wide <= 0, `${where}: ${wide} px wider than the screen`)
    const found = await this.violations(html)
    assert.deepEqual(found, [], where)
    assert.deepEqual(this.wrong, [], where)
    if (SHOTS) await this.page.screenshot({ path: join(SHOTS, `${this.name}-${String(++this.shots).padStart(2, '0')}.png`), fullPage: true })
  }

  /** By axe, in a twin of the page whose scripts run, for axe itself needs them. */
  private async violations(html: string): Promise<string[]> {
    const twin = await twinOf(this.context.browser()!, this.council.url)
    await twin.setViewportSize(this.page.viewportSize()!)
    await twin.setContent(html)
    // It stays in the window when the document is written anew.
    if (await twin.evaluate(() => !('axe' in globalThis))) await twin.evaluate(AXE)
    return twin.evaluate(async (rules) => {
      const { axe } = globalThis as unknown as { axe: Axe }
      const { violations } = await axe.run({ runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] })
      return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`)
    }, RULES)
  }

  async leave(): Promise<void> {
    await this.context.close()
  }
}

// What a first visit costs: page, styles, scripts and whatever else comes with it, as it travels.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, Visitor } from './browser.js'
import { ROOT } from '../src/app/views.js'
import { Council } from './council.js'

/** The goal, which holds even unpacked; as it travels it is a quarter of that. */
const UNPACKED_BYTES = 200_000
const FIRST_VISIT_BYTES = 64_000

const FRONTEND = readdirSync(join(ROOT, 'dist/assets')).find((name) => /^govuk-frontend-\d+\.\d+\.\d+\.js$/.test(name))!

let council: Council
let browser: Browser

before(async () => {
  browser = await launch()
  council = await Council.start()
})
after(async () => {
  await browser?.close()
  await council?.stop()
})

async function weight(v: Visitor, path: string): Promise<{ bytes: number; parts: string[] }> {
  const line = await v.context.newCDPSession(v.page)
  const urls = new Map<string, string>()
  const parts: string[] = []
  let bytes = 0
  line.on('Network.responseReceived', (e) => void urls.set(e.requestId, new URL(e.response.url).pathname))
  line.on('Network.loadingFinished', (e) => {
    bytes += e.encodedDataLength
    parts.push(`${urls.get(e.requestId)} ${e.encodedDataLength}`)
  })
  await line.send('Network.enable')
  await line.send('Network.setCacheDisabled', { cacheDisabled: true })
  await v.page.goto(council.url + path, { waitUntil: 'networkidle' })
  await line.detach()
  return { bytes, parts }
}

test('a first visit is light: page, styles and scripts come packed, and no fonts', async () => {
  const v = await Visitor.come(browser, council, 'visitor', { javaScript: true })
  for (const path of ['/', '/sign-in', '/report']) {
    const { bytes, parts } = await weight(v, path)
    assert.ok(bytes > 10_000 && bytes < FIRST_VISIT_BYTES, `${path}: ${bytes} bytes: ${parts.join(', ')}`)
    assert.ok(parts.some((p) => p.includes('/portal.css ')) && !parts.some((p) => /woff|ttf/.test(p)), parts.join(', '))
  }
  await v.leave()
})

test('what browsers keep has a name that changes with it, and reads the same unpacked', async () => {
  const page = await (await fetch(`${council.url}/`)).text()
  const named = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((m) => m[1]!)
  assert.ok(named.length >= 3 && named.every((url) => /\?v=[0-9a-f]{12}$/.test(url)), named.join(' '))
  let unpacked = page.length
  for (const url of [...named, `/assets/${FRONTEND}`]) {
    const packed = await fetch(council.url + url, { headers: { 'accept-encoding': 'gzip' } })
    const plain = await fetch(council.url + url, { headers: { 'accept-encoding': 'identity' } })
    assert.equal(packed.headers.get('content-encoding'), 'gzip', url)
    assert.equal(plain.headers.get('content-encoding'), null, url)
    assert.equal(packed.headers.get('content-type'), plain.headers.get('content-type'), url)
    assert.match(packed.headers.get('cache-control')!, /immutable/)
    const text = await plain.text()
    assert.equal(await packed.text(), text, url)
    assert.ok(!text.includes('GDS Transport'), url)
    unpacked += text.length
  }
  assert.ok(unpacked < UNPACKED_BYTES, `${unpacked} bytes`)
  const script = await (await fetch(council.url + named.find((url) => url.includes('portal.js'))!)).text()
  assert.ok(script.includes(`./${FRONTEND}`), 'its name has the version')
  const missing = await fetch(`${council.url}/assets/none.css`)
  assert.deepEqual([missing.status, missing.headers.get('content-encoding')], [404, null])
})

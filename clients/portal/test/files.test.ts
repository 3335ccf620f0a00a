// Files go with a concern, or after it, and are opened by staff: nonsense is told in words, nothing is lost by a restart.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { judge } from '../src/provider/files.js'
import { launch, Visitor } from './browser.js'
import { Council, PASSWORD } from './council.js'
import { open } from './work.js'

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

interface Chosen {
  name: string
  mimeType: string
  buffer: Buffer
}
const PHRASE = 'An invented sentence that stands nowhere else. '
const PDF: Chosen = { name: 'body map.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.7\n${PHRASE.repeat(3_000)}`) }
const NOTE: Chosen = { name: 'later.txt', mimeType: 'text/plain', buffer: Buffer.from('Seen again at noon.\n') }
const EXE: Chosen = { name: 'setup.exe', mimeType: 'application/pdf', buffer: Buffer.from('MZ\x90\x00\x03') }
const RENAMED: Chosen = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: EXE.buffer }
const EMPTY: Chosen = { name: 'empty.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(0) }

/** Through the form up to the page of files. */
async function write(v: Visitor): Promise<void> {
  await v.press('Report a concern')
  for (let title = await v.heading(); title !== 'Add files'; title = await v.heading()) {
    if (title === 'Is someone in danger right now?') await v.tick('Is the adult in danger now?', 'No')
    if (title === 'Could someone who manages this service be involved?') {
      await v.tick('Could someone who manages this service be involved?', 'No')
      await v.tick('If not: who else here may see it?', 'Everyone here who reports concerns')
    }
    if (title === 'Who are you worried about?') {
      await v.tick('Which of these is true?', 'I know who it is')
      await v.fill('Full name', 'Ada Fernsby')
    }
    if (title === 'What happened?') await v.fill('What happened?', 'A bruise that nobody can explain.')
    await v.press('Continue')
    assert.notEqual(await v.heading(), title, await v.text())
  }
}

async function choose(v: Visitor, files: Chosen[], button = 'Add these files'): Promise<void> {
  await v.page.getByLabel(/^(Choose files|Files, if there are any)$/).setInputFiles(files)
  await v.press(button)
}

test('files go with a concern, without JavaScript, nonsense is told in words, and staff open them', async () => {
  const jo = await Visitor.signedIn(browser, council, 'jo.bright')
  await write(jo)
  await jo.sound()
  await choose(jo, [{ ...PDF, name: 'scan.pdf', buffer: Buffer.alloc(10_485_761, '%PDF-') }])
  assert.match(await jo.text(), /scan\.pdf is larger than 10 MB/)
  for (const [file, words] of [[EXE, 'setup.exe is not a PDF'], [RENAMED, 'is not what its name says'], [EMPTY, 'empty.pdf is empty']] as const) {
    await choose(jo, [file])
    assert.match(await jo.page.title(), /^Error: /)
    assert.match(await jo.text(), new RegExp(words))
  }
  await jo.sound()
  await jo.press('Add these files')
  assert.match(await jo.text(), /Choose a file/)
  await choose(jo, [PDF, NOTE])
  await jo.page.getByRole('button', { name: 'Remove later.txt' }).click()
  assert.doesNotMatch(await jo.text(), /later\.txt/)
  await jo.sound()
  // What waits here is sealed.
  const folder = join(council.services.config.stateDir, 'files')
  assert.equal(readdirSync(folder).length, 1)
  for (const name of readdirSync(folder)) assert.ok(!readFileSync(join(folder, name)).includes(PHRASE))
  await jo.page.getByRole('button', { name: 'Continue' }).click()
  assert.match(await jo.text(), /body map\.pdf/)
  await jo.sound()
  await jo.press('Send to the council')
  const reference = (await jo.text()).match(/SC-[0-9A-Z]{4}-[0-9A-Z]{4}/)![0]
  await jo.go(`/concerns/${reference}`)
  await jo.until('body map.pdf: Received')
  await jo.sound()
  assert.deepEqual(readdirSync(folder), []) // it is the council's now

  // More, later.
  await jo.follow('Add information or files')
  await jo.sound()
  await jo.fill('What do you know now?', 'Her key worker wrote it down.')
  await choose(jo, [RENAMED], 'Send to the council')
  assert.match(await jo.text(), /is not what its name says/)
  await jo.sound()
  assert.equal(await jo.page.getByLabel('What do you know now?').inputValue(), 'Her key worker wrote it down.')
  await choose(jo, [NOTE], 'Send to the council')
  await jo.until('later.txt: Received')

  // Nobody else's.
  const other = await Visitor.signedIn(browser, council, 'nell.marsh', { javaScript: true, narrow: false })
  await other.go(`/case/${reference}/file/1`)
  assert.match(await other.heading(), /^Why/) // first, why
  await open(other, reference)
  await other.sound()
  assert.match(await other.text(), /not scanned for viruses/)
  const [download] = await Promise.all([
    other.page.waitForEvent('download'), other.page.getByRole('link', { name: 'body map.pdf' }).click()])
  assert.equal(download.suggestedFilename(), 'body map.pdf')
  assert.ok(readFileSync(await download.path()).equals(PDF.buffer))
  const answer = await other.context.request.get(`${council.url}/case/${reference}/file/2`)
  assert.equal(answer.headers()['content-type'], 'application/octet-stream')
  assert.equal(answer.headers()['x-content-type-options'], 'nosniff')
  assert.match(answer.headers()['content-disposition']!, /^attachment/)
  assert.ok((await answer.body()).equals(NOTE.buffer))
  assert.equal((await other.context.request.get(`${council.url}/case/${reference}/file/9`)).status(), 404)
  await other.page.reload()
  assert.match(await other.text(), /File read[\s\S]*body map\.pdf: To decide whether to take it/)
  await Promise.all([jo, other].map((v) => v.leave()))
})

/** A public or telephone concern up to its page of files. */
async function tell(v: Visitor, given: Record<string, string>): Promise<void> {
  for (let title = await v.heading(); title !== 'Add files'; title = await v.heading()) {
    for (const [label, words] of Object.entries(given)) {
      const field = v.page.getByLabel(label, { exact: true })
      if (await field.count()) await field.fill(words)
    }
    if (await v.page.getByRole('group', { name: 'Which of these is true?' }).count()) await v.tick('Which of these is true?', 'I know who it is')
    await v.press('Continue')
    assert.notEqual(await v.heading(), title, await v.text())
  }
}

test('somebody without an account sends a picture and later another; nobody may who began nothing', async () => {
  const v = await Visitor.come(browser, council, 'public-files')
  await v.go('/report')
  await v.press('Tell the council')
  await tell(v, { 'Name': 'Ivor, at number 12', 'What happened?': 'Shouting every night.' })
  await v.sound()
  await choose(v, [RENAMED])
  assert.match(await v.text(), /photo\.jpg is not what its name says/)
  await choose(v, [PDF])
  await v.press('Continue')
  assert.match(await v.text(), /body map\.pdf/)
  await v.press('Send to the council')
  const said = await v.text()
  const reference = /SC-[0-9A-Y]{4}-[0-9A-Y]{4}/.exec(said)![0]
  await v.go('/report/follow')
  await v.fill('Reference', reference)
  await v.fill('Secret', /Secret\s+([0-9A-Z-]{14})/.exec(said)![1]!)
  await v.press('Continue')
  await v.until('body map.pdf: Received')
  await choose(v, [EMPTY], 'Send to the council')
  assert.match(await v.text(), /empty\.pdf is empty/)
  await v.sound()
  await choose(v, [NOTE], 'Send to the council')
  await v.until('later.txt: Received')
  await v.sound()
  const stranger = await Visitor.come(browser, council, 'stranger')
  const answer = await stranger.context.request.post(`${council.url}/report/${'0'.repeat(16)}/files`, { multipart: { files: PDF } })
  assert.equal(answer.status(), 403)
  await Promise.all([v, stranger].map((one) => one.leave()))
})

test('files come with a call, and with an answer to what the council asks', async () => {
  const nell = await Visitor.signedIn(browser, council, 'nell.marsh')
  await nell.go('/call')
  await nell.press('Begin')
  await tell(nell, { 'Full name': 'Ivy Sandford', 'What happened?': 'She has not been seen for a week.', 'Their name': 'Pat Okoro' })
  await choose(nell, [NOTE])
  await nell.press('Continue')
  await nell.press('Send to the council')
  await nell.until('later.txt')
  const jo = await Visitor.signedIn(browser, council, 'jo.bright')
  const reference = await council.report('rosewood-house')
  await council.act('m-heron', reference, 'ask', { of: '', questions: ['Who saw it?'], why: 'To decide.' })
  await jo.go('/concerns')
  await jo.until(reference)
  await jo.until('The council waits for you')
  await jo.follow('Answer the council’s questions')
  await jo.fill('Who saw it?', 'Two carers, as this says.')
  await choose(jo, [EXE], 'Send to the council')
  assert.match(await jo.text(), /setup\.exe is not a PDF/)
  assert.equal(await jo.page.getByLabel('Who saw it?').inputValue(), 'Two carers, as this says.')
  await jo.sound()
  await choose(jo, [PDF], 'Send to the council')
  assert.match(await jo.text(), /The council has your answers/)
  await jo.go(`/concerns/${reference}`)
  await jo.until('body map.pdf: Received')
  // Signed out meanwhile: the words are kept, the files are chosen again.
  await jo.follow('Add information or files')
  await jo.fill('What do you know now?', 'More of it.')
  await jo.context.clearCookies()
  await choose(jo, [NOTE], 'Send to the council')
  assert.match(await jo.text(), /is kept[\s\S]*Choose your files again/)
  await jo.page.getByLabel('Name of your account').fill('jo.bright')
  await jo.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await jo.press('Sign in')
  assert.equal(await jo.page.getByLabel('What do you know now?').inputValue(), 'More of it.')
  await Promise.all([nell, jo].map((v) => v.leave()))
})

test('what is no file of its kind is told apart, whatever it is called', () => {
  const of = (name: string, bytes: Buffer, tooLarge = false): string => {
    const found = judge({ name, bytes, tooLarge }, 10_485_760)
    return 'wrong' in found ? found.wrong : found.mediaType
  }
  assert.equal(of('C:\\Users\\x\\map.PDF', PDF.buffer), 'application/pdf')
  assert.equal(of('../../notes.txt', NOTE.buffer), 'text/plain')
  assert.match(of('', PDF.buffer), /no name/)
  assert.match(of('.hidden.txt', NOTE.buffer), /plain name/)
  assert.match(of('big.pdf', PDF.buffer, true), /larger than 10 MB/)
  assert.match(of('map.pdf.exe', PDF.buffer), /is not a PDF/)
  assert.match(of('notes.txt', EXE.buffer), /is not what its name says/)
  assert.match(of(`${'x'.repeat(200)}.pdf`, PDF.buffer), /short, plain name/)
})

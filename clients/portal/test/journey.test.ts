// One concern from end to end, each person in a browser of their own: reported, red on the board, decided, disagreed
// with, upheld, handed over, closed, told.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, Visitor } from './browser.js'
import { Council } from './council.js'
import { decide, fill, open } from './work.js'

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

const SAID: Record<string, string> = {
  'Is the adult in danger now?': 'Yes', 'Could someone who manages this service be involved?': 'No',
  'If not: who else here may see it?': 'Everyone here who reports concerns', 'Which of these is true?': 'I know who it is',
  'How badly were they harmed?': 'Badly: an injury, illness or loss that will last', 'Who may have caused it?': 'A paid carer',
  'Can they still reach the adult?': 'Yes',
}

/** Through the whole form; the reference. */
async function reports(v: Visitor): Promise<string> {
  await v.press('Report a concern')
  while (!(await v.heading()).startsWith('Check')) {
    for (const question of await v.groups()) if (SAID[question]) await v.tick(question, SAID[question]!)
    const title = await v.heading()
    if (title === 'Who are you worried about?') await v.fill('Full name', 'Ada Fernsby')
    if (title === 'What happened?') await v.fill('What happened?', 'Grip marks on both arms. The night carer is alone tonight.')
    await v.press('Continue')
    assert.notEqual(await v.heading(), title, await v.text())
  }
  await v.press('Send to the council')
  return (await v.text()).match(/SC-[0-9A-Z]{4}-[0-9A-Z]{4}/)![0]
}

const QUESTIONS = ['Does the adult need care and support?', 'Are they being abused or neglected, or at risk of it?',
  'Because of those needs, are they unable to protect themselves?']
const answers = (a: string, b: string, c: string, outcome: string): Record<string, string> =>
  ({ [QUESTIONS[0]!]: a, [QUESTIONS[1]!]: b, [QUESTIONS[2]!]: c, 'What do you decide?': outcome })

test('a concern is reported, red, refused, challenged, upheld, handed over, closed and told', async () => {
  const jo = await Visitor.signedIn(browser, council, 'jo.bright')
  const nell = await Visitor.signedIn(browser, council, 'nell.marsh', { javaScript: true, narrow: false })
  const cara = await Visitor.signedIn(browser, council, 'cara.heron')
  const lee = await Visitor.signedIn(browser, council, 'lee.alder')
  const bo = await Visitor.signedIn(browser, council, 'bo.birch')

  // Reported, and on the board of who watches it, by itself.
  await nell.page.getByRole('heading', { name: 'Board: Adults MASH' }).waitFor()
  const reference = await reports(jo)
  await nell.page.getByRole('link', { name: '1 new case, show' }).click()
  const row = nell.page.locator(`[data-reference="${reference}"]`)
  await row.getByText('Red', { exact: true }).waitFor()

  // Taken, and refused by two people.
  await row.getByRole('link').click()
  await open(nell, reference)
  await nell.press('Take this case')
  await decide(nell, { ...answers('Yes', 'No', 'Yes', 'Not a section 42 enquiry'),
    'Why is it not a section 42 enquiry?': 'No abuse or neglect, and no risk of it' })
  await nell.press('Decide')
  await open(cara, reference, 'I manage the team that has it')
  await cara.follow('Answer as the second person')
  await fill(cara, { 'Do you agree?': 'I agree', 'Why?': 'Read, and agreed.' })
  await cara.press('Answer as the second person')

  // Read, and disagreed with.
  await jo.go(`/concerns/${reference}`)
  await jo.until('You can disagree until')
  assert.match(await jo.text(), /It was an accident/)
  await jo.sound()
  await jo.follow('Disagree with the decision')
  await jo.fill('What is wrong with the decision?', 'Nobody fell. The marks are the shape of hands.')
  await jo.press('Send to the council')

  // Reviewed by a manager who had no part in it, who finds that they are right.
  await open(cara, reference)
  assert.match(await cara.text(), /Disagreement 1, with the team/)
  await cara.follow('Name who reviews the disagreement')
  await fill(cara, { 'Which manager?': 'Lee Alder' })
  await cara.press('Name who reviews the disagreement')
  await open(lee, reference, 'A colleague asked me to look')
  assert.match(await lee.text(), /the shape of hands/)
  await lee.follow('Decide the disagreement')
  await lee.sound()
  await fill(lee, { 'How does it end?': 'They are right', 'Why?': 'The marks fit no fall.',
    'What do you tell who reported it?': 'You were right to ask. We look at it again now.' })
  await lee.press('Decide the disagreement')

  // Decided anew, and handed to the team that knows her.
  await open(nell, reference)
  await nell.press('Take this case')
  await decide(nell, { ...answers('Yes', 'Yes', 'Yes', 'A section 42 enquiry'), 'Can they decide about this for themselves?': 'Yes' })
  await nell.press('Decide')
  assert.match(await nell.text(), /Decided/)
  await nell.follow('Offer it to a community team')
  await fill(nell, { 'Which team?': 'Eastfield community team', 'How does the team know the adult?': 'They are allocated to it now',
    'Where is that recorded?': 'In the case notes', Day: '2', Month: '3', Year: '2026',
    'May the team, or anybody in it, be the source?': 'No', 'Safety plan': 'The night carer does not work with her.' })
  await nell.sound()
  await nell.press('Offer it to a community team')
  assert.match(await nell.text(), /Done: offer it/)
  await lee.go('/board/community_east')
  await lee.until(reference)
  await open(lee, reference)
  await lee.follow('Accept the handover')
  await fill(lee, { 'Who leads?': 'Bo Birch', 'How will the adult be told?': 'Bo visits her and says it.' })
  await lee.press('Accept the handover')
  assert.match(await lee.text(), /Enquiry under way[\s\S]*Bo Birch/)

  // Enquired into by its lead, closed by a manager who does not lead it, and told.
  await jo.go(`/concerns/${reference}`)
  await jo.until('section 42')
  await open(bo, reference, 'I work on it or lead it')
  await bo.follow('Finish the enquiry')
  await fill(bo, { 'What was found?': 'She was held too hard.', 'What became of the risk?': 'It was removed',
    'Did the adult get what they wanted?': 'Yes, fully' })
  await bo.press('Finish the enquiry')
  await open(lee, reference)
  await lee.follow('Close it')
  await fill(lee, { 'What do you tell who reported it?': 'The enquiry is over and she is safe. Thank you.',
    'How was the adult told, or why not?': 'By Bo, at home.' })
  await lee.sound()
  await lee.press('Close it')
  assert.match(await lee.text(), /Closed/)
  await jo.go(`/concerns/${reference}`)
  await jo.until('The enquiry is over and she is safe')
  await jo.sound()
  await Promise.all([jo, nell, cara, lee, bo].map((v) => v.leave()))
})

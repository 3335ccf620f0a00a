// An enquiry that the council asks an organisation to make: its tasks with what is done and what is left, and the parts
// of its report, which whoever may speak for the organisation writes over days, kept encrypted until the council has them.
import { type Request, type Response, Router } from 'express'
import type { Notice } from '../../gen/triage/v1/intake_pb.js'
import { errorsOf } from '../app/problems.js'
import { keptBody } from '../app/security.js'
import type { Services } from '../app/services.js'
import { crossed, type Field, markOf, readForm, textOf } from './fields.js'
import { type Voice, Voices } from './voice.js'

const part = (name: string, label: string, hint: string): Field => ({ name, kind: 'long', label, hint })

/** What a report says, in the order in which the council reads it. */
export const PARTS: readonly Field[] = [
  part('seen', 'Whom did you see and ask?', 'Say if you saw the adult, when, and who else you asked.'),
  part('found', 'What did you find?', 'Say what happened, as far as you know now.'),
  part('shows', 'What shows it?', 'For example: care notes, rotas, what people told you.'),
  part('safe', 'How safe is the adult now?', 'Say what was done, and what is still to do.'),
]

const CROSSED = 'A colleague changed this part meanwhile. What you typed is below. Put both together, then save'

type Parts = Record<string, string>

/** Of an enquiry that this key was asked to make: its report as far as it is written. */
export function partsOf(services: Services, voice: Voice, notice: Notice): Parts {
  return services.vault.read<Parts>('reports', drawerId(voice, notice)) ?? {}
}
function drawerId(voice: Voice, notice: Notice): string {
  return `${voice.profile} ${notice.reference} ${notice.number}`
}

/** As it is sent: each part under its question. */
export function reportOf(parts: Parts): string {
  return PARTS.filter((p) => parts[p.name]).map((p) => `${p.label}\n${parts[p.name]}`).join('\n\n')
}

export type FindAsked = (req: Request) => Promise<{ voice: Voice; notice: Notice | null }>

export class Enquiries {
  readonly router = Router()
  private readonly voices: Voices

  constructor(private readonly services: Services, private readonly find: FindAsked) {
    this.voices = new Voices(services)
    const at = '/concerns/:ref/enquiry/:number'
    this.router.get(at, (req, res) => this.tasks(req, res))
    for (const field of PARTS) {
      this.router.get(`${at}/${field.name}`, (req, res) => this.form(req, res, field))
      this.router.post(`${at}/${field.name}`, (req, res) => this.keep(req, res, field))
    }
  }

  private async asked(req: Request, res: Response): Promise<{ voice: Voice; notice: Notice } | null> {
    const { voice, notice } = await this.find(req)
    if (notice) return { voice, notice }
    res.status(404).render('message', { title: 'Page not found', text: 'Nothing was asked under that number.' })
    return null
  }

  private async tasks(req: Request, res: Response): Promise<void> {
    const asked = await this.asked(req, res)
    if (!asked) return
    const { voice, notice } = asked
    const open = await this.voices.open(voice, notice.reference)
    const parts = partsOf(this.services, voice, notice)
    const at = `/concerns/${notice.reference}/enquiry/${notice.number}`
    const task = (text: string, href: string, done: boolean, left = 'Not started yet'): object => ({ title: { text }, href,
      status: done ? { text: 'Completed' } : { tag: { text: left, classes: 'govuk-tag--blue' } } })
    const later = (text: string): object => ({ title: { text }, status: { text: 'Cannot start yet', classes: 'govuk-task-list__status--cannot-start-yet' } })
    const full = PARTS.every((p) => parts[p.name])
    const items = [
      open.has('accept_delegation') ? task('Say if you will do it', `${at}/answer`, false) : { title: { text: 'Say if you will do it' }, status: { text: 'Completed' } },
      ...PARTS.map((p) => task(p.label, `${at}/${p.name}`, Boolean(parts[p.name]))),
      full && open.has('report_delegation') ? task('Check the report and send it', `${at}/send`, false, 'Ready') : later('Check the report and send it'),
    ]
    res.render('provider/enquiry', { notice, items, done: PARTS.filter((p) => parts[p.name]).length, all: PARTS.length,
      back: `/concerns` })
  }

  private async form(req: Request, res: Response, field: Field, wrong = ''): Promise<void> {
    const asked = await this.asked(req, res)
    if (!asked) return
    const { voice, notice } = asked
    const kept = partsOf(this.services, voice, notice)
    const answers = wrong ? (req.body as Parts) : keptBody(req) ?? kept
    res.status(wrong ? 422 : 200).render('provider/enquiry-part', { notice, field, answers, mark: markOf([field], kept),
      back: `/concerns/${notice.reference}/enquiry/${notice.number}`, other: wrong === CROSSED ? kept[field.name] : '',
      errors: errorsOf(wrong ? [{ field: field.name, text: wrong }] : []) })
  }

  private async keep(req: Request, res: Response, field: Field): Promise<void> {
    const text = textOf(readForm([field], req.body as Record<string, unknown>)[field.name])
    if (text === '') return this.form(req, res, field, `${field.label} Write it here, or say that it is not known`)
    const asked = await this.asked(req, res)
    if (!asked) return
    const { voice, notice } = asked
    const kept = partsOf(this.services, voice, notice)
    if (crossed([field], kept, { [field.name]: text }, (req.body as Parts)['mark'])) return this.form(req, res, field, CROSSED)
    this.services.vault.write('reports', drawerId(voice, notice), { ...kept, [field.name]: text })
    res.redirect(303, `/concerns/${notice.reference}/enquiry/${notice.number}`)
  }
}

// A search for a case by who it is about; the council keeps who searched, for what and why.
import { type Request, type Response, Router } from 'express'
import { errorsOf } from '../app/problems.js'
import type { Services } from '../app/services.js'
import { dateOf, readForm, text, type Field } from '../provider/fields.js'
import { refused } from './request.js'
import { rowOf } from './row.js'
import { inWords, type Names } from './words.js'

const LIMIT = 50

const FIELDS: readonly Field[] = [
  text('name', 'Name of the adult', 'name', { hint: 'As you heard it: spelling does not matter.' }),
  text('nhs_number', 'Or NHS number', 'nhs_number', { width: 'govuk-input--width-10', inputmode: 'numeric' }),
  text('reference', 'Or reference', 'reference', { width: 'govuk-input--width-10' }),
  { name: 'born', kind: 'date', label: 'Date of birth, beside a name', wire: 'date_of_birth' },
  text('reason', 'Why do you search?', 'reason', { hint: 'It is kept with the search.' }),
]

export class Finder {
  readonly router = Router()

  constructor(private readonly services: Services, private readonly names: Names) {
    this.router.get('/find', (_req, res) => res.render('staff/find', { fields: FIELDS, answers: {} }))
    // A search names people, so it is no address that a history keeps.
    this.router.post('/find', (req, res) => this.find(req, res))
  }

  private async find(req: Request, res: Response): Promise<void> {
    const answers = readForm(FIELDS, req.body as Record<string, unknown>)
    try {
      const reply = await this.services.desk().fetch('find', { case: 'find', value: {
        name: answers['name'], nhsNumber: answers['nhs_number'], reference: answers['reference'], dateOfBirth: dateOf(answers, 'born'),
        reason: answers['reason'], openOnly: false, limit: LIMIT } as never }, { worker: req.person!.worker })
      const found = reply.found.map((f) => ({ ...f, row: rowOf(f.headline!, this.names, f.headline!.team), how: inWords(f.match) }))
      return res.render('staff/find', { fields: FIELDS, answers, found, more: reply.more })
    } catch (e) {
      return void res.status(422).render('staff/find', { fields: FIELDS, answers, errors: errorsOf(refused(e, FIELDS, 'name')) })
    }
  }
}

// The council's rules: which are in force, their tables, what another pack would change, and how it comes into force:
// one manager proposes it, another puts it in force.
import { type Request, type Response, Router } from 'express'
import { Colour } from '../../gen/triage/v1/common_pb.js'
import type { PackReply, ReplayChange, ReplayReply } from '../../gen/triage/v1/pack_pb.js'
import { errorsOf, refusal, type Wrong } from '../app/problems.js'
import type { Services } from '../app/services.js'
import { keptBody } from '../app/security.js'
import { type Body, Refused } from '../wire/link.js'
import { type Bar, bars, FILLS } from './charts.js'
import { Packs } from './packs.js'
import { intention, intentionOf } from './request.js'
import { type Names, TIER_WORDS } from './words.js'

const REPLAY_MS = 30_000
const CHANGES_SHOWN = 100
/** How many of the newest cases a draft is tried on; 0: all. */
const LAST = [100, 1_000, 10_000, 0] as const
const DIGEST_SHOWN = 16

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
const hex = (digest: Uint8Array | undefined): string => Buffer.from(digest ?? []).toString('hex')
const COLOURS = [Colour.RED, Colour.AMBER, Colour.GREEN] as const

interface Tried {
  looked: number
  changes: ReplayChange[]
}

export class Policies {
  readonly router = Router()
  private readonly packs: Packs | null

  constructor(private readonly services: Services, private readonly names: Names) {
    const { policy } = services.config
    this.packs = policy ? new Packs(policy) : null
    const r = this.router
    r.get('/manager/policy', (req, res) => this.show(req, res, [], keptBody(req) ?? {}))
    r.get('/manager/policy/tables', (req, res) => this.tables(req, res))
    r.get('/manager/policy/try', (req, res) => this.try(req, res, [], keptBody(req) ?? {}))
    r.post('/manager/policy/try', (req, res) => this.propose(req, res))
    r.post('/manager/policy', (req, res) => this.settle(req, res))
  }

  private status(worker: string): Promise<PackReply> {
    return this.services.desk().fetch('pack', { case: 'packStatus', value: {} as never }, { worker })
  }

  private replay(worker: string, pack: string, sinceMs: number, from: number): Promise<ReplayReply> {
    return this.services.desk().fetch('replay',
      { case: 'replay', value: { pack, sinceMs: BigInt(sinceMs), from } as never }, { worker, timeoutMs: REPLAY_MS })
  }

  /** The folder of the pack in force, where the portal may read the packs. */
  private inForce(status: PackReply, worker: string): Promise<string> {
    return this.packs!.inForce(status, async (folder) => (await this.replay(worker, folder, Date.now(), 0)).pack!.digest)
  }

  private async show(req: Request, res: Response, wrong: Wrong[], posted: Record<string, unknown>): Promise<void> {
    const status = await this.status(req.person!.worker)
    const p = status.proposal
    res.status(wrong.length > 0 ? 422 : 200).render('staff/policy', {
      status, digest: hex(status.inForce?.digest).slice(0, DIGEST_SHOWN), hasTables: this.packs !== null || this.services.config.policyPage !== '',
      by: this.names.worker(status.proposedBy), and: this.names.worker(status.activatedBy),
      proposedBy: p ? this.names.worker(p.by) : '', own: p?.by === req.person!.worker, proposed: hex(p?.pack?.digest).slice(0, DIGEST_SHOWN),
      installed: this.packs?.installed() ?? null, reason: text(posted['reason']), intention: text(posted['intention']) || intention(),
      errors: errorsOf(wrong),
    })
  }

  /** The council's own page, with its own styles and no script. */
  private async tables(req: Request, res: Response): Promise<void> {
    const page = this.services.config.policyPage
    const folder = text(req.query['pack'])
    res.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
    if (this.packs) {
      const status = folder === '' ? await this.status(req.person!.worker) : null
      const path = status ? await this.inForce(status, req.person!.worker) : this.packs.path(folder)
      if (path) return void res.type('html').send(await this.packs.tables(path, status ? hex(status.inForce?.digest) : ''))
    } else if (page !== '') {
      return res.sendFile(page, { dotfiles: 'allow' })
    }
    res.status(404).render('message', { title: 'Page not found', text: 'There are no tables to show.' })
  }

  /** What another pack would have said of the newest cases. */
  private async tried(pack: string, last: number, worker: string): Promise<Tried> {
    // Opens the pack anew, whatever was asked before, and tells how many cases there are.
    const { cases } = await this.replay(worker, pack, Date.now(), 0)
    const tried: Tried = { looked: 0, changes: [] }
    for (let from = last > 0 ? Math.max(1, cases - last + 1) : 1; from !== 0; ) {
      const reply = await this.replay(worker, pack, 0, from)
      tried.looked += reply.lookedAt
      tried.changes.push(...reply.changes)
      from = reply.next
    }
    return tried
  }

  private view({ looked, changes }: Tried): object {
    const up = changes.filter((c) => c.colourWould > c.colourWas).length
    const down = changes.filter((c) => c.colourWould < c.colourWas).length
    const counts = COLOURS.map((was) => COLOURS.map((would) => changes.filter((c) => c.colourWas === was && c.colourWould === would).length))
    const drawn: Bar[] = [{ label: 'Cases', parts: [{ name: 'more urgent', n: up, fill: FILLS.red }, { name: 'less urgent', n: down, fill: FILLS.green },
      { name: 'otherwise', n: changes.length - up - down, fill: FILLS.plain },
      { name: 'the same', n: looked - changes.length, fill: '#d3d8db', ink: '#0b0c0c' }] }]
    return { looked, differ: changes.length, up, down, teams: changes.filter((c) => c.teamWas !== c.teamWould).length,
      tiers: changes.filter((c) => c.tierWas !== c.tierWould).length, colours: COLOURS, counts, svg: bars('What would differ', drawn),
      changes: changes.slice(-CHANGES_SHOWN).reverse().map((c) => ({ ...c, tierWas: TIER_WORDS[c.tierWas], tierWould: TIER_WORDS[c.tierWould],
        teamWas: this.names.team(c.teamWas), teamWould: this.names.team(c.teamWould) })) }
  }

  private async differences(pack: string, worker: string): Promise<object | null> {
    const path = this.packs?.path(pack)
    if (!path) return null
    return this.packs!.differences(await this.inForce(await this.status(worker), worker), path)
  }

  private async try(req: Request, res: Response, wrong: Wrong[], posted: Record<string, unknown>): Promise<void> {
    const { worker } = req.person!
    const pack = text(req.query['pack'])
    const asked = Number(req.query['last'] ?? LAST[1])
    const last = LAST.find((n) => n === asked) ?? LAST[1]
    const view = { pack, last, lasts: LAST, hasTables: this.packs !== null, reason: text(posted['reason']),
      intention: text(posted['intention']) || intention() }
    try {
      const tried = await this.tried(pack, last, worker)
      return res.status(wrong.length > 0 ? 422 : 200).render('staff/policy-try',
        { ...view, replay: this.view(tried), diff: await this.differences(pack, worker), errors: errorsOf(wrong) })
    } catch (e) {
      if (!(e instanceof Refused)) throw e
      const unusable = [{ field: 'pack', text: e.problems[0]?.text ?? e.message }]
      return void res.status(422).render('staff/policy-try', { ...view, errors: errorsOf(unusable) })
    }
  }

  private async command(req: Request, body: Body): Promise<Wrong[]> {
    const form = req.body as Record<string, unknown>
    try {
      await this.services.desk().command(body, { worker: req.person!.worker, commandId: intentionOf(form) })
      return []
    } catch (e) {
      return refusal(e, () => 'reason', 'reason')
    }
  }

  private async propose(req: Request, res: Response): Promise<void> {
    const form = req.body as Record<string, unknown>
    const wrong = await this.command(req, { case: 'proposePack', value: { pack: text(req.query['pack']), reason: text(form['reason']) } as never })
    if (wrong.length > 0) return this.try(req, res, wrong, form)
    req.session.flash = 'Proposed. Another manager has to put it in force.'
    res.redirect(303, '/manager/policy')
  }

  /** The second manager's word, or that it is taken back. */
  private async settle(req: Request, res: Response): Promise<void> {
    const form = req.body as Record<string, unknown>
    const activate = form['act'] === 'activate'
    const reason = text(form['reason'])
    const wrong = await this.command(req, activate
      ? { case: 'activatePack', value: { digest: Buffer.from(text(form['digest']), 'hex'), reason } as never }
      : { case: 'withdrawPack', value: { reason } as never })
    if (wrong.length > 0) return this.show(req, res, wrong, form)
    req.session.flash = activate ? 'In force from now on. Cases keep the rules that rated them.' : 'The proposal was taken back.'
    res.redirect(303, '/manager/policy')
  }
}

// The council's report of a period, asked for once at a time.
import type { Request } from 'express'
import { Status } from '../../gen/triage/v1/common_pb.js'
import { ReportBy, type ReportReply } from '../../gen/triage/v1/report_pb.js'
import type { Services } from '../app/services.js'
import { type Body, Refused } from '../wire/link.js'

const DAY_MS = 86_400_000
/** The first one after the council's start reads its whole record. */
const REPORT_MS = 30_000

export const PERIODS = [7, 28, 90, 365] as const

export const BY = {
  area: ReportBy.AREA, team: ReportBy.TEAM, worker: ReportBy.WORKER, provider: ReportBy.PROVIDER, rule: ReportBy.RULE,
  decision: ReportBy.DECISION,
} as const
export type By = keyof typeof BY

/** How figures are grouped, in words; waits are counted by the first three alone. */
export const BY_WORDS: Record<By, string> =
  { area: 'Council', team: 'Team', worker: 'Worker', provider: 'Who sent it', rule: 'Rule', decision: 'Decision' }

export function byOf(req: Request): By {
  const by = String(req.query['by'] ?? 'area')
  return by in BY ? (by as By) : 'area'
}
export function daysOf(req: Request): number {
  const days = Number(req.query['days'] ?? 28)
  return (PERIODS as readonly number[]).includes(days) ? days : 28
}

export class Reports {
  private turn: Promise<unknown> = Promise.resolve()

  constructor(private readonly services: Services) {}

  /** The council makes one report at a time; who comes second waits their turn here. */
  make(worker: string, by: By, days: number): Promise<ReportReply> {
    const value = { by: BY[by], fromMs: BigInt(Date.now() - days * DAY_MS), toMs: 0n, kind: 0 }
    const made = this.turn.then(() => this.whenFree({ case: 'report', value: value as never }, worker))
    this.turn = made.catch(() => undefined)
    return made
  }

  private async whenFree(body: Body, worker: string): Promise<ReportReply> {
    for (const until = Date.now() + REPORT_MS; ; )
      try {
        return await this.services.desk().fetch('report', body, { worker, timeoutMs: REPORT_MS })
      } catch (e) {
        if (!(e instanceof Refused) || e.status !== Status.BUSY || Date.now() > until) throw e
        await new Promise((resolve) => setTimeout(resolve, Math.max(100, e.reply.retryAfterMs)))
      }
  }
}

// Enquiries that others make for the council: due and overdue, how far up their ladder, who leads and who enquires.
import type { Request, Response } from 'express'
import type { Task } from '../../gen/triage/v1/desk_pb.js'
import type { Services } from '../app/services.js'
import { bars, FILLS } from './charts.js'
import type { Names } from './words.js'

const TASKS_MAX = 200

const STAGES: Record<string, string> = {
  offered: 'Offered, not yet accepted', accepted: 'Under way', reported: 'Report is here, to be checked', returned: 'Sent back for more work',
}
/** What time did about it so far; a report that is here waits for the council. */
const RUNGS = ['In time', 'Reminded', 'Overdue', 'Overdue: a manager was told', 'Overdue: more time, or take it back'] as const

interface Delegated {
  task: Task
  team: string
}

function rung(t: Task): string {
  const { state, step, overdue } = t.errand!
  if (state === 'reported') return overdue ? 'The council is late to check it' : 'With the council'
  return RUNGS[Math.min(step, RUNGS.length - 1)]!
}

/** Of the teams that a manager oversees, first what is due first. */
export async function delegatedOf(services: Services, teams: readonly string[], worker: string): Promise<Delegated[]> {
  const lists = await Promise.all(teams.map(async (team) => {
    const value = { team, limit: TASKS_MAX, kind: 'delegation' }
    const reply = await services.desk().fetch('tasks', { case: 'tasks', value: value as never }, { worker })
    return reply.tasks.map((task) => ({ task, team }))
  }))
  return lists.flat().sort((a, b) => Number(a.task.errand!.dueMs - b.task.errand!.dueMs))
}

export function delegatedView(list: readonly Delegated[], names: Names): object {
  const rows = list.map(({ task, team }) => ({
    reference: task.case!.reference, team: names.team(team), enquirer: names.provider(task.errand!.who),
    lead: task.lead ? names.worker(task.lead) : 'Nobody yet', stage: STAGES[task.errand!.state] ?? task.errand!.state,
    dueMs: task.errand!.dueMs, overdue: task.errand!.overdue, ladder: rung(task), sentMs: task.errand!.madeMs,
  }))
  const teams = [...new Set(rows.map((r) => r.team))].map((team) => {
    const own = rows.filter((r) => r.team === team)
    return { team, all: own.length, overdue: own.filter((r) => r.overdue).length,
      counts: Object.values(STAGES).map((stage) => own.filter((r) => r.stage === stage).length) }
  })
  const svg = teams.length === 0 ? '' : bars('Delegated enquiries by team', teams.map((t) => ({ label: t.team, parts: [
    { name: 'overdue', n: t.overdue, fill: FILLS.red }, { name: 'in time', n: t.all - t.overdue, fill: FILLS.plain }] })))
  return { rows, teams, svg, stages: Object.values(STAGES) }
}

export async function showDelegated(req: Request, res: Response, services: Services, names: Names, teams: readonly string[]): Promise<void> {
  const list = await delegatedOf(services, teams, req.person!.worker)
  res.render('staff/delegated', delegatedView(list, names))
}

// The trade's codes as people say them.
import { CaseState, Kind, Tier } from '../../gen/triage/v1/common_pb.js'
import type { Errand } from '../../gen/triage/v1/desk_pb.js'
import type { Services } from '../app/services.js'

export const STATE_WORDS: Record<CaseState, string> = {
  [CaseState.UNSPECIFIED]: '', [CaseState.RECEIVED]: 'Received', [CaseState.SCREENED]: 'Read by the rules',
  [CaseState.QUEUED]: 'Waiting', [CaseState.IN_TRIAGE]: 'Being worked on', [CaseState.DECIDED_MET]: 'Enquiry needed, nobody leads yet',
  [CaseState.HANDOVER_OFFERED]: 'Offered to a team', [CaseState.ENQUIRY]: 'Enquiry under way',
  [CaseState.ENQUIRY_REVIEW]: 'Finished, to be checked', [CaseState.DECIDED_NOT_MET]: 'Not a section 42 enquiry',
  [CaseState.OTHER_ENQUIRY]: 'Other enquiry under way', [CaseState.FORWARDED]: 'Forwarded', [CaseState.CLOSED]: 'Closed',
  [CaseState.VOID]: 'Recorded in error', [CaseState.ORG_WATCH]: 'Service: watched',
  [CaseState.ORG_SCOPING]: 'Service: being scoped', [CaseState.ORG_LARGE_SCALE]: 'Service: large-scale enquiry',
  [CaseState.ORG_QUALITY_ROUTE]: 'Service: with the quality team',
}

export const KIND_WORDS: Record<Kind, string> = {
  [Kind.UNSPECIFIED]: 'Not known', [Kind.SAFEGUARDING_CONCERN]: 'Safeguarding concern', [Kind.LOW_LEVEL_LOG]: 'Low-level log',
  [Kind.DOLS_REQUEST]: 'Deprivation of liberty', [Kind.TRANSITION_REFERRAL]: 'Transition to adult care',
  [Kind.DOMESTIC_ABUSE_NOTIFICATION]: 'Domestic abuse notification', [Kind.CARE_NEEDS_REFERRAL]: 'Care needs',
  [Kind.ADVICE]: 'Advice', [Kind.ORGANISATION]: 'Record about a service',
}

export const TIER_WORDS: Record<Tier, string> = {
  [Tier.UNSPECIFIED]: 'No recommendation', [Tier.BELOW_THRESHOLD]: 'Below the threshold',
  [Tier.OTHER_PROCESS]: 'Another process fits better', [Tier.MORE_INFORMATION]: 'More must be known first',
  [Tier.OTHER_ENQUIRY]: 'An enquiry outside section 42', [Tier.DUTY_MET]: 'The three questions look answered yes',
}

/** What is out for a case. */
export const ERRAND_WORDS: Record<string, string> = {
  question: 'Question', delegation: 'Enquiry by others', challenge: 'Disagreement', call: 'Call to make', tell_adult: 'Tell the adult',
  proposal: 'Second person needed', name_lead: 'Lead to be named', confirm_second: 'Second person to confirm',
  news: 'Something new to read',
}

/** Services that hear beside the council's own decision. */
const PARALLEL_WORDS: Record<string, string> = {
  police: 'the police', marac: 'MARAC (risk from a partner or relative)', nrm: 'the National Referral Mechanism (slavery)',
  pipot: 'the lead for people in positions of trust', children: 'children\'s services', quality_team: 'the quality team',
  large_scale: 'a large-scale enquiry', cqc: 'the Care Quality Commission', prevent: 'Prevent', clinical_review: 'a clinical review',
}

/** What a notice tells. */
const NOTICE_WORDS: Record<string, string> = {
  ack: 'that it arrived', screened: 'what the rules made of it', update: 'that it changed', delay: 'that it takes longer',
  met: 'that an enquiry is needed', not_met: 'that it is not a section 42 enquiry', other: 'that another enquiry is made',
  forwarded: 'that it was passed on', allocated: 'who leads', outcome: 'the outcome', closed: 'that it is closed',
  reopened: 'that it is open again', info_considered: 'that what was added was read', holding: 'that it still waits',
  info_request: 'a question', info_chase: 'the question again', info_expired: 'that no answer came', decision_unread: 'that a decision is unread',
}

const EVENT_WORDS: Record<string, string> = {
  looked: 'Opened and read', org_attached: 'Tied to the record about its service', org_detached: 'Untied from the record about its service',
}

export const parallelWords = (code: string): string => PARALLEL_WORDS[code] ?? inWords(code)
export const noticeWords = (code: string): string => NOTICE_WORDS[code] ?? inWords(code).toLowerCase()
export const eventWords = (code: string): string => EVENT_WORDS[code] ?? inWords(code)

/** The rules speak to whoever reported it; to staff the same sentence speaks of them. */
export function ofThem(sentence: string): string {
  const they: Record<string, string> = { you: 'they', You: 'They', your: 'their', Your: 'Their' }
  return sentence.replace(/\b[Yy]ou(r?)\b/g, (word) => they[word]!)
}

/** "name_lead" is "Name lead": of codes that read as words. */
export function inWords(code: string): string {
  const words = code.replace(/_/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What ids stand for: workers and teams as the council says, providers as portal.yaml does. */
export class Names {
  constructor(private readonly services: Services) {}

  worker(id: string): string {
    return this.services.directory.workerName(id) || id
  }
  provider(id: string): string {
    return this.services.config.organisations.get(id)?.name ?? (id === 'telephone' ? 'By telephone' : id)
  }
  /** Who has something that is out; a proposal waits for somebody else than came through that key. */
  errand(e: Errand, nobody: string): string {
    if (e.kind === 'proposal') return 'another person'
    return e.who ? this.worker(this.provider(e.who)) : nobody
  }
  team(id: string): string {
    return this.services.directory.team(id)?.name ?? inWords(id)
  }
}

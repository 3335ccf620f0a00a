// A few more questions about what was ticked: falls, medicines and the like.
import { choice, type Field, NOT_SENT, type Page, ticks, yesNo } from './fields.js'

const number = (name: string, label: string, wire: string, hint?: string): Field =>
  ({ name, kind: 'number', label, wire, width: 'govuk-input--width-4', inputmode: 'numeric', ...(hint ? { hint } : {}) })

const EMPTY_IF_UNKNOWN = 'Leave it empty if you do not know.'

export const TOPIC_PAGES: readonly Page[] = [
  { slug: 'falls', title: 'About the fall', fields: [
    number('falls_28', 'How many falls in the last 28 days, this one included?', 'falls.falls_in_28_days', EMPTY_IF_UNKNOWN),
    yesNo('falls_plan', 'Was there a plan to prevent falls?', 'falls.risk_assessment_in_place'),
    yesNo('falls_seen', 'Did somebody see it?', 'falls.witnessed'),
    yesNo('falls_lie', 'Did they lie on the floor for over an hour?', 'falls.long_lie'),
    yesNo('falls_head', 'Did they hurt their head?', 'falls.head_injury'),
    yesNo('falls_advice', 'Have you asked a falls service, doctor or therapist for advice?', 'falls.advice_sought'),
  ] },
  { slug: 'medicine', title: 'About the medicine', fields: [
    choice('medicine_error', 'What went wrong?', 'medication.error', [
      ['ERROR_MISSED_DOSE', 'It was not given'], ['ERROR_WRONG_DOSE', 'The wrong amount'],
      ['ERROR_WRONG_MEDICINE', 'The wrong medicine'], ['ERROR_WRONG_PERSON', 'It was meant for somebody else'],
      ['ERROR_COVERT_WITHOUT_PLAN', 'It was hidden in food or drink without a plan'],
      ['ERROR_MISUSED_TO_CONTROL', 'It was given to keep them quiet'], ['ERROR_OTHER', 'Something else'],
      [NOT_SENT, 'Not known'],
    ]),
    number('doses', 'How many doses?', 'medication.doses', EMPTY_IF_UNKNOWN),
    yesNo('high_risk', 'Is it a medicine that can be dangerous?', 'medication.high_risk_medicine',
      'For example insulin, blood thinners, strong painkillers, epilepsy medicine.'),
    yesNo('adverse', 'Did it make them ill?', 'medication.adverse_effect'),
    yesNo('controlled', 'Is it a controlled drug?', 'medication.controlled_drug'),
  ] },
  { slug: 'ulcer', title: 'About the pressure ulcer', fields: [
    choice('ulcer_category', 'How severe is it?', 'pressure_ulcer.category', [
      ['1', 'Category 1'], ['2', 'Category 2'], ['3', 'Category 3'], ['4', 'Category 4'], ['5', 'Cannot be staged'],
      ['6', 'Deep tissue injury'], [NOT_SENT, 'Not known'],
    ]),
    number('ulcers', 'How many are there?', 'pressure_ulcer.ulcers', EMPTY_IF_UNKNOWN),
    number('ulcer_score', 'Score of the decision guide, if it was used', 'pressure_ulcer.decision_guide_score'),
    yesNo('ulcer_nurse', 'Did a registered nurse score it?', 'pressure_ulcer.scorer_registered_nurse'),
    yesNo('ulcer_here', 'Did it begin while you cared for them?', 'pressure_ulcer.acquired_in_service'),
    yesNo('ulcer_plan', 'Was there a care plan for their skin?', 'pressure_ulcer.care_plan_in_place'),
    yesNo('ulcer_declined', 'Did they turn down care that would have prevented it?', 'pressure_ulcer.prevention_declined'),
  ] },
  { slug: 'visits', title: 'About the missed visits', fields: [
    number('visits', 'How many visits were missed?', 'missed_visits.visits_missed', EMPTY_IF_UNKNOWN),
    number('visit_days', 'In how many days?', 'missed_visits.window_days', EMPTY_IF_UNKNOWN),
    yesNo('visit_critical', 'Did medicine, food or moving depend on them?', 'missed_visits.time_critical'),
    yesNo('visit_alone', 'Was there nobody else to help?', 'missed_visits.no_other_support'),
  ] },
  { slug: 'money', title: 'About the money', fields: [
    number('pounds', 'About how many pounds?', 'financial.amount_pounds', EMPTY_IF_UNKNOWN),
    yesNo('attorney', 'Does the person who may have done it manage their money?', 'financial.attorney_or_appointee'),
    yesNo('unmet', 'Do they now go without something they need?', 'financial.essential_needs_unmet'),
    yesNo('scam', 'Was it a scam?', 'financial.scam'),
  ] },
  { slug: 'home', title: 'About how they live', fields: [
    yesNo('hoarding', 'Do they keep so much that it is a danger?', 'self_neglect.hoarding'),
    yesNo('refuses', 'Do they turn help away?', 'self_neglect.refuses_services'),
    yesNo('fire', 'Could a fire break out?', 'self_neglect.fire_risk'),
    yesNo('health', 'Is their health at risk?', 'self_neglect.health_at_risk'),
    yesNo('tried', 'Have several services tried to help?', 'self_neglect.multi_agency_tried'),
  ] },
  { slug: 'sexual', title: 'About what happened', fields: [
    yesNo('contact', 'Was there physical contact?', 'sexual.contact'),
    yesNo('can_consent', 'Can the adult agree to sexual contact?', 'sexual.adult_can_consent'),
    yesNo('consented', 'Did they agree freely?', 'sexual.consented'),
    yesNo('forensic', 'Was it in the last 7 days?', 'sexual.forensic_window_open',
      'The police may still find traces. Keep clothes and bedding as they are.'),
  ] },
  { slug: 'domestic', title: 'About the domestic abuse', fields: [
    yesNo('control', 'Does somebody control what they do?', 'domestic.coercive_control'),
    yesNo('strangled', 'Have they been strangled or choked?', 'domestic.strangulation'),
    yesNo('separated', 'Have they separated lately, or are they about to?', 'domestic.separated_recently'),
    number('dash', 'Ticks on a DASH checklist, if one was filled in', 'domestic.dash_ticks'),
  ] },
  { slug: 'service', title: 'About the service', fields: [
    yesNo('understaffed', 'Are there too few staff?', 'organisational.understaffed'),
    yesNo('rigid', 'Do routines come before people?', 'organisational.rigid_routines'),
    yesNo('restraint', 'Are people held back unlawfully?', 'organisational.unlawful_restraint'),
    yesNo('leaders', 'Do its leaders know?', 'organisational.leadership_aware'),
    ticks('care_signs', 'What else have you seen?', 'response.care_signs', [
      ['CARE_SIGN_FOOD_OR_DRINK', 'Poor food or drink'], ['CARE_SIGN_CONTINENCE', 'Poor help with the toilet'],
      ['CARE_SIGN_MOVING_AND_HANDLING', 'People moved badly'], ['CARE_SIGN_UNSAFE_SURROUNDINGS', 'Unsafe rooms'],
      ['CARE_SIGN_NOT_MANAGED', 'Managers who do not act'], ['CARE_SIGN_NOT_REPORTED', 'Things that were not reported'],
      ['CARE_SIGN_RECORDS_POOR', 'Poor records'],
    ]),
  ] },
]

export const TOPICS: [string, string][] = [
  ['falls', 'A fall'], ['medicine', 'Medicine'], ['ulcer', 'A pressure ulcer'], ['visits', 'Missed home visits'],
  ['money', 'Money or belongings'], ['home', 'How they live at home'], ['sexual', 'Something sexual'],
  ['domestic', 'Domestic abuse'], ['service', 'How a service is run'],
]

// facts_list.h - every fact, in the order of its number.  Append only: ledgers keep the numbers.
//
// X(ID, name, type, whose words, correctable, codes, unit, question); the comment above each names
// the field of triage.v1.SafeguardingConcern that it comes from, or how it is derived.
//
// From a message to a fact:
// - Answer: YES is 1, NO is 0, NOT_KNOWN and unset are FACT_UNKNOWN.
// - An enum is its number less 1, a repeated enum a bit at its number less 1: the codes below stand
//   in the order of the enum.  Unset, NOT_KNOWN and numbers beyond the list are FACT_UNKNOWN.
// - A number that is absent is FACT_UNKNOWN; one too large for 31 bits is INT32_MAX.
// - harm_types without a value is FACT_UNKNOWN; a tick list of signs without a tick is 0, nothing
//   ticked: nobody needs to be asked for ticks.
#ifndef TRIAGED_FACTS_LIST_H
#define TRIAGED_FACTS_LIST_H

// NULL-terminated, at most 31 codes each (a bit each in 32).
extern const char *const FACT_CODES_SOURCE_TYPE[];
extern const char *const FACT_CODES_SUBJECT[];
extern const char *const FACT_CODES_AREA_OF_ABUSE[];
extern const char *const FACT_CODES_SUPPORT_REASON[];
extern const char *const FACT_CODES_HARM_TYPE[];
extern const char *const FACT_CODES_THEME[];
extern const char *const FACT_CODES_HARM_LEVEL[];
extern const char *const FACT_CODES_HARM_SIGN[];
extern const char *const FACT_CODES_RECURRENCE[];
extern const char *const FACT_CODES_SOURCE_CATEGORY[];
extern const char *const FACT_CODES_CARE_SIGN[];
extern const char *const FACT_CODES_MEDICATION_ERROR[];
extern const char *const FACT_CODES_SELF_NEGLECT_SIGN[];
extern const char *const FACT_CODES_SLAVERY_SIGN[];
extern const char *const FACT_CODES_COLOUR[];

// clang-format off
#define FACT_LIST_CONCERNS(X) \
    /* --- Who speaks, and about whom --- */ \
    /* source_type */ \
    X(SOURCE_TYPE, "source_type", FACT_CODE, FACT_SENDER, false, FACT_CODES_SOURCE_TYPE, "", \
      "Who is raising this?") \
    /* adults[].subject; unset is named */ \
    X(SUBJECT, "subject", FACT_CODE, FACT_SENDER, false, FACT_CODES_SUBJECT, "", \
      "Is this about one person?") \
    /* derived: subject is named or deceased, and a name is given */ \
    X(HAS_NAMED_ADULT, "has_named_adult", FACT_BOOL, FACT_SENDER, false, NULL, "", \
      "Is there an adult who can be named?") \
    /* derived: adults[].date_of_birth, on the day received */ \
    X(AGE_YEARS, "age_years", FACT_NUMBER, FACT_SENDER, true, NULL, "years", \
      "How old is the adult?") \
    /* derived: age_years < 18 */ \
    X(UNDER_18, "under_18", FACT_BOOL, FACT_SENDER, true, NULL, "", "Is the person under 18?") \
    /* adults[].area_of_abuse */ \
    X(AREA_OF_ABUSE, "area_of_abuse", FACT_CODE, FACT_SENDER, true, FACT_CODES_AREA_OF_ABUSE, "", \
      "Where did it happen?") \
    /* derived: area_of_abuse is a service, home or hospital, or source_category is \
     * paid_carer, service or professional; no when area is own_home or in_the_community and \
     * another source is known; else unknown */ \
    X(CARE_SETTING, "care_setting", FACT_BOOL, FACT_SENDER, false, NULL, "", \
      "Was it in a care service, or by its staff?") \
    /* derived: adults[].placing_authority given */ \
    X(PLACED_BY_ANOTHER_COUNCIL, "placed_by_another_council", FACT_BOOL, FACT_SENDER, false, \
      NULL, "", "Did another council place the adult here?") \
    /* adults[].support_reason */ \
    X(SUPPORT_REASON, "support_reason", FACT_CODE, FACT_SENDER, true, \
      FACT_CODES_SUPPORT_REASON, "", "Why does the adult need support?") \
    /* referrer.management_may_be_involved */ \
    X(MANAGEMENT_MAY_BE_INVOLVED, "management_may_be_involved", FACT_BOOL, FACT_SENDER, true, \
      NULL, "", "Could someone who manages the service be involved?") \
    /* derived: repeat_of given */ \
    X(REPEAT_CONTACT, "repeat_contact", FACT_BOOL, FACT_SENDER, false, NULL, "", \
      "Was this raised before?") \
    /* derived: received less incident_ms */ \
    X(INCIDENT_AGE_DAYS, "incident_age_days", FACT_NUMBER, FACT_SENDER, true, NULL, "days", \
      "How long ago did it happen?") \
    /* --- The three questions as the referrer sees them: adults[].limbs --- */ \
    /* limbs.care_and_support_needs */ \
    X(CARE_AND_SUPPORT_NEEDS, "care_and_support_needs", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does the adult need care and support, whether or not anyone gives it?") \
    /* limbs.abuse_or_risk */ \
    X(ABUSE_OR_RISK, "abuse_or_risk", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is the adult being abused or neglected, or at risk of it?") \
    /* limbs.unable_to_protect_self */ \
    X(UNABLE_TO_PROTECT_SELF, "unable_to_protect_self", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Do those needs keep the adult from protecting themselves?") \
    /* --- The adult's voice: adults[].voice --- */ \
    /* voice.aware_of_concern */ \
    X(ADULT_AWARE, "adult_aware", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does the adult know that this is being raised?") \
    /* derived: yes when voice.wants is given, no when not_asked_because is */ \
    X(WISHES_KNOWN, "wishes_known", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Has the adult been asked what they want?") \
    /* voice.consents_to_sharing */ \
    X(CONSENTS_TO_SHARING, "consents_to_sharing", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does the adult agree to this being shared?") \
    /* voice.coercion_suspected */ \
    X(COERCION_SUSPECTED, "coercion_suspected", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Might someone be pressing the adult to say no?") \
    /* voice.has_capacity */ \
    X(HAS_CAPACITY, "has_capacity", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Can the adult decide this for themselves, on the day?") \
    /* voice.has_advocate */ \
    X(HAS_ADVOCATE, "has_advocate", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does the adult have someone to speak for them?") \
    /* --- The harm: harm --- */ \
    /* harm.types */ \
    X(HARM_TYPES, "harm_types", FACT_CODES, FACT_SENDER, true, FACT_CODES_HARM_TYPE, "", \
      "What kinds of harm are they?") \
    /* derived: a bit for each block present, its field number less 30 */ \
    X(THEMES, "themes", FACT_CODES, FACT_SENDER, false, FACT_CODES_THEME, "", \
      "Which of the particular matters does it touch?") \
    /* harm.actual */ \
    X(HARM_ACTUAL, "harm_actual", FACT_CODE, FACT_SENDER, true, FACT_CODES_HARM_LEVEL, "", \
      "How much harm came of it?") \
    /* harm.risked */ \
    X(HARM_RISKED, "harm_risked", FACT_CODE, FACT_SENDER, true, FACT_CODES_HARM_LEVEL, "", \
      "How much harm could well have followed?") \
    /* harm.treatment_needed */ \
    X(TREATMENT_NEEDED, "treatment_needed", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is treatment by a doctor, nurse or paramedic needed?") \
    /* harm.distress */ \
    X(DISTRESS, "distress", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was the adult distressed by it?") \
    /* harm.fear */ \
    X(FEAR, "fear", FACT_BOOL, FACT_SENDER, true, NULL, "", "Is the adult afraid?") \
    /* harm.permanent_damage */ \
    X(PERMANENT_DAMAGE, "permanent_damage", FACT_BOOL, FACT_SENDER, false, NULL, "", \
      "Will the harm last?") \
    /* harm.immediate_danger */ \
    X(IMMEDIATE_DANGER, "immediate_danger", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is the adult in danger now?") \
    /* harm.injury_unexplained */ \
    X(INJURY_UNEXPLAINED, "injury_unexplained", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is there an injury that nobody can explain?") \
    /* harm.signs; an empty list is 0 */ \
    X(HARM_SIGNS, "harm_signs", FACT_CODES, FACT_SENDER, false, FACT_CODES_HARM_SIGN, "", \
      "Which of these were seen, heard or said?") \
    /* --- How often, and who else: pattern --- */ \
    /* pattern.recurrence */ \
    X(RECURRENCE, "recurrence", FACT_CODE, FACT_SENDER, true, FACT_CODES_RECURRENCE, "", \
      "Has it happened before?") \
    /* pattern.count */ \
    X(OCCURRENCE_COUNT, "occurrence_count", FACT_NUMBER, FACT_SENDER, true, NULL, "times", \
      "How many times has it happened?") \
    /* pattern.window_days */ \
    X(OCCURRENCE_WINDOW_DAYS, "occurrence_window_days", FACT_NUMBER, FACT_SENDER, true, \
      NULL, "days", "Over how many days?") \
    /* pattern.other_adults_affected */ \
    X(OTHER_ADULTS_AFFECTED, "other_adults_affected", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Are other adults affected or at risk?") \
    /* pattern.other_adults_count */ \
    X(OTHER_ADULTS_COUNT, "other_adults_count", FACT_NUMBER, FACT_SENDER, true, NULL, "people", \
      "How many other adults?") \
    /* pattern.children_in_household */ \
    X(CHILDREN_IN_HOUSEHOLD, "children_in_household", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Do children live there?") \
    /* pattern.same_source_before */ \
    X(SAME_SOURCE_BEFORE, "same_source_before", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Has the same person or service caused harm before?") \
    /* pattern.same_place_before */ \
    X(SAME_PLACE_BEFORE, "same_place_before", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Has it happened at this place before?") \
    /* --- Who may have caused it: source_of_risk --- */ \
    /* source_of_risk.category */ \
    X(SOURCE_CATEGORY, "source_category", FACT_CODE, FACT_SENDER, true, \
      FACT_CODES_SOURCE_CATEGORY, "", "Who may have caused it?") \
    /* source_of_risk.position_of_trust */ \
    X(POSITION_OF_TRUST, "position_of_trust", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Do they work or volunteer with adults who need care?") \
    /* source_of_risk.specific_adult_harmed */ \
    X(SPECIFIC_ADULT_HARMED, "specific_adult_harmed", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is there a particular adult who was harmed?") \
    /* source_of_risk.lives_with_adult */ \
    X(SOURCE_LIVES_WITH_ADULT, "source_lives_with_adult", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Do they live with the adult?") \
    /* source_of_risk.still_has_access */ \
    X(SOURCE_STILL_HAS_ACCESS, "source_still_has_access", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Can they still reach the adult?") \
    /* source_of_risk.intended_or_reckless */ \
    X(INTENDED_OR_RECKLESS, "intended_or_reckless", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was it meant, or done without care for what follows?") \
    /* source_of_risk.crime_suspected */ \
    X(CRIME_SUSPECTED, "crime_suspected", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Might a crime have been committed?") \
    /* source_of_risk.police_told */ \
    X(POLICE_TOLD, "police_told", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Have the police been told?") \
    /* source_of_risk.has_care_needs */ \
    X(SOURCE_HAS_CARE_NEEDS, "source_has_care_needs", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does the person who caused it need care too?") \
    /* --- What has been done: response --- */ \
    /* response.care_plan_followed */ \
    X(CARE_PLAN_FOLLOWED, "care_plan_followed", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was the care plan in place and followed?") \
    /* response.mitigation_in_place */ \
    X(MITIGATION_IN_PLACE, "mitigation_in_place", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Has anything been done so that it does not happen again?") \
    /* response.professionals_told */ \
    X(PROFESSIONALS_TOLD, "professionals_told", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Have the professionals concerned been told?") \
    /* response.family_told */ \
    X(FAMILY_TOLD, "family_told", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Has the family been told?") \
    /* response.medical_help */ \
    X(MEDICAL_HELP, "medical_help", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Has medical help been sought?") \
    /* response.cqc_notifiable */ \
    X(CQC_NOTIFIABLE, "cqc_notifiable", FACT_BOOL, FACT_SENDER, false, NULL, "", \
      "Must the regulator be notified?") \
    /* response.adult_safe_now */ \
    X(ADULT_SAFE_NOW, "adult_safe_now", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is the adult safe now?") \
    /* response.explanation_reasonable */ \
    X(EXPLANATION_REASONABLE, "explanation_reasonable", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is there a reasonable explanation?") \
    /* response.protective_factors */ \
    X(PROTECTIVE_FACTORS, "protective_factors", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is what keeps the adult safe in place, and does it hold?") \
    /* response.care_signs; an empty list is 0 */ \
    X(CARE_SIGNS, "care_signs", FACT_CODES, FACT_SENDER, false, FACT_CODES_CARE_SIGN, "", \
      "Which of these are wrong with the care?") \
    /* --- Falls: falls --- */ \
    /* falls.falls_in_28_days */ \
    X(FALLS_IN_28_DAYS, "falls_in_28_days", FACT_NUMBER, FACT_SENDER, true, NULL, "falls", \
      "How many falls in the last 28 days?") \
    /* falls.risk_assessment_in_place */ \
    X(FALLS_RISK_ASSESSMENT, "falls_risk_assessment", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was a falls risk assessment in place?") \
    /* falls.witnessed */ \
    X(FALL_WITNESSED, "fall_witnessed", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Did someone see the fall?") \
    /* falls.long_lie */ \
    X(FALL_LONG_LIE, "fall_long_lie", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was the adult on the floor for over an hour?") \
    /* falls.head_injury */ \
    X(FALL_HEAD_INJURY, "fall_head_injury", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was the head hurt?") \
    /* falls.lowered_by_staff */ \
    X(FALL_LOWERED_BY_STAFF, "fall_lowered_by_staff", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Did staff lower the adult to the floor?") \
    /* falls.known_condition */ \
    X(FALL_KNOWN_CONDITION, "fall_known_condition", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does a known condition make falls likelier?") \
    /* falls.advice_sought */ \
    X(FALL_ADVICE_SOUGHT, "fall_advice_sought", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was advice sought from a falls service, GP or therapist?") \
    /* --- Medicines: medication --- */ \
    /* medication.error */ \
    X(MEDICATION_ERROR, "medication_error", FACT_CODE, FACT_SENDER, true, \
      FACT_CODES_MEDICATION_ERROR, "", "What went wrong with the medicine?") \
    /* medication.doses */ \
    X(MEDICATION_DOSES, "medication_doses", FACT_NUMBER, FACT_SENDER, true, NULL, "doses", \
      "How many doses?") \
    /* medication.high_risk_medicine */ \
    X(HIGH_RISK_MEDICINE, "high_risk_medicine", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is it a high-risk medicine, such as insulin or a blood thinner?") \
    /* medication.adverse_effect */ \
    X(MEDICATION_ADVERSE_EFFECT, "medication_adverse_effect", FACT_BOOL, FACT_SENDER, true, \
      NULL, "", "Did it make the adult unwell?") \
    /* medication.controlled_drug */ \
    X(CONTROLLED_DRUG, "controlled_drug", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is it a controlled drug?") \
    /* --- Pressure ulcers: pressure_ulcer --- */ \
    /* pressure_ulcer.category */ \
    X(ULCER_CATEGORY, "ulcer_category", FACT_NUMBER, FACT_SENDER, true, NULL, "category", \
      "What category is the worst ulcer?") \
    /* pressure_ulcer.ulcers */ \
    X(ULCERS, "ulcers", FACT_NUMBER, FACT_SENDER, true, NULL, "ulcers", "How many ulcers?") \
    /* pressure_ulcer.decision_guide_score */ \
    X(ULCER_GUIDE_SCORE, "ulcer_guide_score", FACT_NUMBER, FACT_SENDER, true, NULL, "points", \
      "What is the decision guide's total?") \
    /* pressure_ulcer.scorer_registered_nurse */ \
    X(ULCER_SCORED_BY_NURSE, "ulcer_scored_by_nurse", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Did a registered nurse do the scoring?") \
    /* pressure_ulcer.acquired_in_service */ \
    X(ULCER_ACQUIRED_IN_SERVICE, "ulcer_acquired_in_service", FACT_BOOL, FACT_SENDER, true, \
      NULL, "", "Did it come while in this service's care?") \
    /* pressure_ulcer.care_plan_in_place */ \
    X(ULCER_CARE_PLAN, "ulcer_care_plan", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was a plan to prevent ulcers in place?") \
    /* pressure_ulcer.prevention_declined */ \
    X(ULCER_PREVENTION_DECLINED, "ulcer_prevention_declined", FACT_BOOL, FACT_SENDER, true, \
      NULL, "", "Did the adult decline what would prevent it?") \
    /* pressure_ulcer.avoidable */ \
    X(ULCER_AVOIDABLE, "ulcer_avoidable", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Could it have been avoided with the right care?") \
    /* --- Missed visits: missed_visits --- */ \
    /* missed_visits.visits_missed */ \
    X(VISITS_MISSED, "visits_missed", FACT_NUMBER, FACT_SENDER, true, NULL, "visits", \
      "How many visits were missed?") \
    /* missed_visits.window_days */ \
    X(VISITS_WINDOW_DAYS, "visits_window_days", FACT_NUMBER, FACT_SENDER, true, NULL, "days", \
      "Over how many days were they missed?") \
    /* missed_visits.time_critical */ \
    X(VISIT_TIME_CRITICAL, "visit_time_critical", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Did medicine, food or moving depend on the visit?") \
    /* missed_visits.no_other_support */ \
    X(VISIT_NO_OTHER_SUPPORT, "visit_no_other_support", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was the adult without any other help?") \
    /* --- Self-neglect: self_neglect --- */ \
    /* self_neglect.hoarding */ \
    X(HOARDING, "hoarding", FACT_BOOL, FACT_SENDER, true, NULL, "", "Does the adult hoard?") \
    /* self_neglect.refuses_services */ \
    X(REFUSES_SERVICES, "refuses_services", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does the adult refuse help?") \
    /* self_neglect.fire_risk */ \
    X(FIRE_RISK, "fire_risk", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is there a danger of fire or gas?") \
    /* self_neglect.health_at_risk */ \
    X(SELF_NEGLECT_HEALTH_RISK, "self_neglect_health_risk", FACT_BOOL, FACT_SENDER, true, \
      NULL, "", "Is the adult's health in serious danger from it?") \
    /* self_neglect.multi_agency_tried */ \
    X(MULTI_AGENCY_TRIED, "multi_agency_tried", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Have services met about it already?") \
    /* self_neglect.signs; an empty list is 0 */ \
    X(SELF_NEGLECT_SIGNS, "self_neglect_signs", FACT_CODES, FACT_SENDER, false, \
      FACT_CODES_SELF_NEGLECT_SIGN, "", "Which of these signs of self-neglect are there?") \
    /* self_neglect.managed_by_services */ \
    X(SELF_NEGLECT_MANAGED, "self_neglect_managed", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Can the services that know the adult manage the risk?") \
    /* --- Money: financial --- */ \
    /* financial.amount_pounds */ \
    X(AMOUNT_POUNDS, "amount_pounds", FACT_NUMBER, FACT_SENDER, true, NULL, "pounds", \
      "How much money is it about?") \
    /* financial.attorney_or_appointee */ \
    X(ATTORNEY_OR_APPOINTEE, "attorney_or_appointee", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does an attorney, deputy or appointee handle the money?") \
    /* financial.essential_needs_unmet */ \
    X(ESSENTIAL_NEEDS_UNMET, "essential_needs_unmet", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does the adult go without essentials because of it?") \
    /* financial.scam */ \
    X(SCAM, "scam", FACT_BOOL, FACT_SENDER, true, NULL, "", "Is it a scam?") \
    /* financial.authority_unproved */ \
    X(AUTHORITY_UNPROVED, "authority_unproved", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does someone claim to act for the adult without showing proof?") \
    /* financial.unwanted_visitors */ \
    X(UNWANTED_VISITORS, "unwanted_visitors", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Are there visitors whom the adult cannot turn away?") \
    /* financial.care_fees_unpaid */ \
    X(CARE_FEES_UNPAID, "care_fees_unpaid", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Are care fees left unpaid?") \
    /* --- Sexual harm: sexual --- */ \
    /* sexual.contact */ \
    X(SEXUAL_CONTACT, "sexual_contact", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was there sexual contact?") \
    /* sexual.adult_can_consent */ \
    X(ADULT_CAN_CONSENT, "adult_can_consent", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is the adult able to consent to it?") \
    /* sexual.forensic_window_open */ \
    X(FORENSIC_WINDOW_OPEN, "forensic_window_open", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Could evidence still be taken?") \
    /* sexual.consented */ \
    X(SEXUAL_CONSENTED, "sexual_consented", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Did the adult freely agree to it?") \
    /* --- Domestic abuse: domestic --- */ \
    /* domestic.dash_ticks */ \
    X(DASH_TICKS, "dash_ticks", FACT_NUMBER, FACT_SENDER, true, NULL, "ticks", \
      "How many ticks on the DASH checklist?") \
    /* domestic.professional_judgement_high */ \
    X(DASH_JUDGEMENT_HIGH, "dash_judgement_high", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does a professional judge the risk to be high?") \
    /* domestic.coercive_control */ \
    X(COERCIVE_CONTROL, "coercive_control", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is the adult controlled by a partner or relative?") \
    /* domestic.strangulation */ \
    X(STRANGULATION, "strangulation", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was there strangling or choking?") \
    /* domestic.separated_recently */ \
    X(SEPARATED_RECENTLY, "separated_recently", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Have they separated lately?") \
    /* --- Modern slavery: modern_slavery --- */ \
    /* modern_slavery.documents_withheld */ \
    X(DOCUMENTS_WITHHELD, "documents_withheld", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does someone keep their passport or papers?") \
    /* modern_slavery.movement_controlled */ \
    X(MOVEMENT_CONTROLLED, "movement_controlled", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does someone control where they go?") \
    /* modern_slavery.nrm_consent */ \
    X(NRM_CONSENT, "nrm_consent", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does the adult agree to a referral to the national mechanism?") \
    /* modern_slavery.signs; an empty list is 0 */ \
    X(SLAVERY_SIGNS, "slavery_signs", FACT_CODES, FACT_SENDER, false, FACT_CODES_SLAVERY_SIGN, "", \
      "Which of these signs of exploitation are there?") \
    /* --- The service as a whole: organisational --- */ \
    /* organisational.understaffed */ \
    X(UNDERSTAFFED, "understaffed", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Are there too few staff?") \
    /* organisational.rigid_routines */ \
    X(RIGID_ROUTINES, "rigid_routines", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Do fixed routines come before people's needs?") \
    /* organisational.unlawful_restraint */ \
    X(UNLAWFUL_RESTRAINT, "unlawful_restraint", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Are people restrained without lawful authority?") \
    /* organisational.leadership_aware */ \
    X(LEADERSHIP_AWARE, "leadership_aware", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Do those who lead the service know?") \
    /* organisational.people_supported */ \
    X(PEOPLE_SUPPORTED, "people_supported", FACT_NUMBER, FACT_SENDER, true, NULL, "people", \
      "How many people does the service support?") \
    /* --- Radicalisation: radicalisation --- */ \
    /* radicalisation.signs_seen */ \
    X(RADICALISATION_SIGNS, "radicalisation_signs", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Are there signs of radicalisation?") \
    /* radicalisation.encouraged_by_others */ \
    X(RADICALISATION_ENCOURAGED, "radicalisation_encouraged", FACT_BOOL, FACT_SENDER, true, \
      NULL, "", "Does someone draw the adult towards extremism?") \
    /* --- What the council knows --- */ \
    /* counters, without this concern */ \
    X(ADULT_CONCERNS_28_DAYS, "adult_concerns_28_days", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "concerns", "How many other concerns about this adult in 28 days?") \
    /* counters, without this concern */ \
    X(ADULT_CONCERNS_90_DAYS, "adult_concerns_90_days", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "concerns", "How many other concerns about this adult in 90 days?") \
    /* counters, without this concern */ \
    X(ADULT_CONCERNS_365_DAYS, "adult_concerns_365_days", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "concerns", "How many other concerns about this adult in 365 days?") \
    /* counters, without this concern */ \
    X(LOCATION_CONCERNS_28_DAYS, "location_concerns_28_days", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "concerns", "How many other concerns at this location in 28 days?") \
    /* counters, without this concern */ \
    X(LOCATION_CONCERNS_90_DAYS, "location_concerns_90_days", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "concerns", "How many other concerns at this location in 90 days?") \
    /* counters, without this concern */ \
    X(LOCATION_CONCERNS_365_DAYS, "location_concerns_365_days", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "concerns", "How many other concerns at this location in 365 days?") \
    /* counters, without this concern */ \
    X(PROVIDER_CONCERNS_28_DAYS, "provider_concerns_28_days", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "concerns", "How many other concerns by or about this provider in 28 days?") \
    /* counters, without this concern */ \
    X(PROVIDER_CONCERNS_90_DAYS, "provider_concerns_90_days", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "concerns", "How many other concerns by or about this provider in 90 days?") \
    /* counters, without this concern */ \
    X(PROVIDER_CONCERNS_365_DAYS, "provider_concerns_365_days", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "concerns", "How many other concerns by or about this provider in 365 days?") \
    /* counters, without this concern */ \
    X(LOCATION_REDS_90_DAYS, "location_reds_90_days", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "concerns", "How many of them at this location were red, in 90 days?") \
    /* book */ \
    X(OPEN_CASE, "open_case", FACT_BOOL, FACT_COUNCIL, false, NULL, "", \
      "Has the council an open case for this adult?") \
    /* book: the team's place in pack.yaml, from 0 */ \
    X(OPEN_CASE_TEAM, "open_case_team", FACT_NUMBER, FACT_COUNCIL, false, NULL, "team", \
      "Which team holds the open case?") \
    /* adults[].postcode: the team's place in pack.yaml, from 0; unknown when no locality has \
     * it */ \
    X(LOCALITY_TEAM, "locality_team", FACT_NUMBER, FACT_COUNCIL, false, NULL, "team", \
      "Which team serves the address?") \
    /* book */ \
    X(ORGANISATION_UNDER_REVIEW, "organisation_under_review", FACT_BOOL, FACT_COUNCIL, false, \
      NULL, "", "Has a manager opened a review of the whole service?") \
    /* local time of the evaluation, 0 to 23 */ \
    X(HOUR_OF_DAY, "hour_of_day", FACT_NUMBER, FACT_COUNCIL, false, NULL, "hour", \
      "What hour is it?") \
    /* calendar */ \
    X(WORKING_DAY, "working_day", FACT_BOOL, FACT_COUNCIL, false, NULL, "", \
      "Is it a working day?") \
    /* calendar: not open now */ \
    X(OUT_OF_HOURS, "out_of_hours", FACT_BOOL, FACT_COUNCIL, false, NULL, "", \
      "Is the office shut?") \
    /* calendar, since received */ \
    X(WAITING_WORKING_MINUTES, "waiting_working_minutes", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "minutes", "How long has it waited, in working time?") \
    /* calendar, 0 when it is not */ \
    X(OVERDUE_WORKING_MINUTES, "overdue_working_minutes", FACT_NUMBER, FACT_COUNCIL, false, \
      NULL, "minutes", "How long past decide-by is it?") \
    /* clock */ \
    X(OVERDUE, "overdue", FACT_BOOL, FACT_COUNCIL, false, NULL, "", "Is it past its decide-by?") \
    /* book */ \
    X(SAFETY_QUESTION_UNANSWERED, "safety_question_unanswered", FACT_BOOL, FACT_COUNCIL, false, \
      NULL, "", "Is a question about safety still unanswered past its date?") \
    /* the rating before a re-rating */ \
    X(WAS_COLOUR, "was_colour", FACT_CODE, FACT_COUNCIL, false, FACT_CODES_COLOUR, "", \
      "What colour has it now?")
// clang-format on

#include "facts_kinds.h" // the list goes on there
#define FACT_LIST(X) FACT_LIST_CONCERNS(X) FACT_LIST_KINDS(X)

#endif

// facts_kinds.h - the facts that came with other kinds of referral: facts_list.h goes on here, with
// the same rules.
#ifndef TRIAGED_FACTS_KINDS_H
#define TRIAGED_FACTS_KINDS_H

extern const char *const FACT_CODES_KIND[];
extern const char *const FACT_CODES_DOLS_REQUEST[];
extern const char *const FACT_CODES_POLICE_GRADE[];
extern const char *const FACT_CODES_RISK_TOOL[];

// clang-format off
#define FACT_LIST_KINDS(X) \
    /* --- Other kinds of referral --- */ \
    /* derived: Submission.kind, as it was sent; unknown is a safeguarding concern */ \
    X(KIND, "kind", FACT_CODE, FACT_SENDER, false, FACT_CODES_KIND, "", \
      "What kind of referral is it?") \
    /* derived: the day on which what it is about runs out, counted from 1970: the last day before \
     * the 18th birthday, the last day of the urgent authorisation, else of the one in force */ \
    X(RUNS_OUT_DAY, "runs_out_day", FACT_NUMBER, FACT_SENDER, true, NULL, "day", \
      "When does what it is about run out?") \
    /* derived: runs_out_day less the day of the evaluation; below 0 it has run out */ \
    X(DAYS_LEFT, "days_left", FACT_NUMBER, FACT_SENDER, true, NULL, "days", \
      "How many days are left until the birthday, or until the authorisation ends?") \
    /* calendar days since received */ \
    X(WAITING_DAYS, "waiting_days", FACT_NUMBER, FACT_COUNCIL, false, NULL, "days", \
      "For how many days has it waited?") \
    /* dols.request */ \
    X(DOLS_REQUEST, "dols_request", FACT_CODE, FACT_SENDER, true, FACT_CODES_DOLS_REQUEST, "", \
      "Is it a standard request, one with an urgent authorisation, or a further one?") \
    /* dols.urgent_extended */ \
    X(DOLS_URGENT_EXTENDED, "dols_urgent_extended", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Was the urgent authorisation extended?") \
    /* dols.ordinarily_resident_here */ \
    X(DOLS_RESIDENT_HERE, "dols_resident_here", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is the person ordinarily resident here, or did this council place them?") \
    /* dols.person_objects */ \
    X(DOLS_PERSON_OBJECTS, "dols_person_objects", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does the person object, in words or in what they do?") \
    /* dols.family_objects */ \
    X(DOLS_FAMILY_OBJECTS, "dols_family_objects", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does someone close to them object?") \
    /* dols.restraint_often */ \
    X(DOLS_RESTRAINT_OFTEN, "dols_restraint_often", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is the person often restrained?") \
    /* dols.contact_limited */ \
    X(DOLS_CONTACT_LIMITED, "dols_contact_limited", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is contact with family or friends limited?") \
    /* dols.one_to_one */ \
    X(DOLS_ONE_TO_ONE, "dols_one_to_one", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is someone with the person all the time?") \
    /* dols.settled */ \
    X(DOLS_SETTLED, "dols_settled", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is the person settled in this home?") \
    /* transition.needs_likely_after_18 */ \
    X(TRANSITION_NEEDS_LIKELY, "transition_needs_likely", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Are needs for care and support likely after 18?") \
    /* transition.significant_benefit */ \
    X(TRANSITION_BENEFIT, "transition_benefit", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Would it be of significant benefit to assess before 18?") \
    /* transition.has_plan */ \
    X(TRANSITION_HAS_PLAN, "transition_has_plan", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is there a plan for the young person now?") \
    /* transition.placement_ends */ \
    X(TRANSITION_PLACEMENT_ENDS, "transition_placement_ends", FACT_BOOL, FACT_SENDER, true, \
      NULL, "", "Does where they live or learn end with the birthday?") \
    /* transition.care_stops */ \
    X(TRANSITION_CARE_STOPS, "transition_care_stops", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Does the care given now stop with nothing after it?") \
    /* police_notification.grade */ \
    X(POLICE_GRADE, "police_grade", FACT_CODE, FACT_SENDER, true, FACT_CODES_POLICE_GRADE, "", \
      "How did the police grade the risk?") \
    /* police_notification.tool */ \
    X(RISK_TOOL, "risk_tool", FACT_CODE, FACT_SENDER, true, FACT_CODES_RISK_TOOL, "", \
      "With which checklist was the risk graded?") \
    /* police_notification.callouts_12_months */ \
    X(POLICE_CALLOUTS, "police_callouts", FACT_NUMBER, FACT_SENDER, true, NULL, "calls", \
      "How often were the police called in 12 months, with this one?") \
    /* police_notification.marac_before */ \
    X(MARAC_BEFORE, "marac_before", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Did a multi-agency panel hear of them in the last 12 months?") \
    /* care_needs.support_stopped */ \
    X(SUPPORT_STOPPED, "support_stopped", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Has the support stopped, or is it about to?") \
    /* care_needs.carer_cannot_go_on */ \
    X(CARER_CANNOT_GO_ON, "carer_cannot_go_on", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Can whoever cares for them not go on?") \
    /* care_needs.for_a_carer */ \
    X(FOR_A_CARER, "for_a_carer", FACT_BOOL, FACT_SENDER, true, NULL, "", \
      "Is it the carer who asks?")
// clang-format on

#endif

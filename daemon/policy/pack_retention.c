// pack.yaml, section `retention`: how long what has ended is kept, by class, and on what basis.  No
// class has a default: what law, contracts and insurers ask is the council's to say.
#include "pack_yaml.h"

static const cyaml_schema_field_t YAML_KEEP_FOR[] = {
    CYAML_FIELD_STRING_PTR("keep", CYAML_FLAG_POINTER, struct yaml_keep_for, keep, 0,
                           CYAML_UNLIMITED),
    CYAML_FIELD_STRING_PTR("basis", CYAML_FLAG_POINTER, struct yaml_keep_for, basis, 0,
                           CYAML_UNLIMITED),
    CYAML_FIELD_END};

#define YAML_RETENTION_FIELD(id, number, word, meaning)                                            \
    CYAML_FIELD_MAPPING_PTR(word, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct yaml_retention, \
                            id, YAML_KEEP_FOR),
const cyaml_schema_field_t YAML_RETENTION[] = {RETENTION_LIST(YAML_RETENTION_FIELD)
                                                   CYAML_FIELD_END};

static void keep_take(const struct yaml_reader *r, enum retention_class class,
                      const struct yaml_keep_for *y)
{
    struct retention_rule *const rule = &r->p->info.retention.rules[class];
    struct place at = {.file = "pack.yaml"};
    if (!y) return;
    at.line = yaml_line(r, "keep", y->keep);
    if (!keep_parse(y->keep, rule))
        report_refuse(r->report, at,
                      "retention.%s.keep is written 6 years, 18 months or 90 days, and is at least "
                      "a day and at most %d years: '%.100s'",
                      retention_word(class), RETENTION_YEARS_MAX, y->keep);
    if (!y->basis[strspn(y->basis, " ")])
        report_refuse(r->report, at,
                      "retention.%s.basis is empty: say by which schedule or decision the council "
                      "keeps it so long",
                      retention_word(class));
    rule->basis = yaml_keep(r, y->basis);
}

void yaml_retention(const struct yaml_reader *r, const struct yaml_retention *y)
{
    if (!y) return;
#define KEEP_TAKE(id, number, word, meaning) keep_take(r, id, y->id);
    RETENTION_LIST(KEEP_TAKE)
#undef KEEP_TAKE
}

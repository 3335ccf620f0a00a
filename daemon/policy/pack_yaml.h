// pack_yaml.h - what the files that read pack.yaml share.
#ifndef TRIAGED_PACK_YAML_H
#define TRIAGED_PACK_YAML_H

#include "pack.h"
#include "retention.h"

#include <cyaml/cyaml.h>

struct yaml_reader {
    struct policy *p;
    struct policy_report *report;
    const char *text; // of the file
};

// Where the file first gives the key that value, 0 when it is written in some other way: what the
// library reads carries no lines.
int yaml_line(const struct yaml_reader *r, const char *key, const char *value);
// "6 years", "18 months", "1 day"; false when it is not written so, or is none or too long.
bool keep_parse(const char *text, struct retention_rule *out);
const char *yaml_keep(const struct yaml_reader *r, const char *text);

// The section `retention`, one entry a class; those that are left out are NULL.
struct yaml_keep_for {
    char *keep, *basis;
};
#define YAML_KEEP(id, number, word, meaning) struct yaml_keep_for *id;
struct yaml_retention {
    RETENTION_LIST(YAML_KEEP)
};
#undef YAML_KEEP
extern const cyaml_schema_field_t YAML_RETENTION[];
void yaml_retention(const struct yaml_reader *r, const struct yaml_retention *y); // NULL: none

#endif

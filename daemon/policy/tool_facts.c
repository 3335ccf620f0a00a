// Facts from a JSON file: read strictly, since a slip of the pen would be an unknown fact.
#include "tools.h"

#include <jansson.h>
#include <stdlib.h>

#define FACTS_BYTES_MAX ((size_t)1 << 20)

// All of a stream: a file, a pipe or standard input.
static char *stream_read(FILE *f, size_t *len)
{
    char *const text = malloc(FACTS_BYTES_MAX + 1);
    if (!text) return NULL;
    *len = fread(text, 1, FACTS_BYTES_MAX + 1, f);
    if (*len <= FACTS_BYTES_MAX && !ferror(f)) return text;
    free(text);
    return NULL;
}

static char *path_read(const char *path, size_t *len)
{
    if (strcmp(path, "-") == 0) return stream_read(stdin, len);
    FILE *const f = fopen(path, "rbe");
    char *const text = f ? stream_read(f, len) : NULL;
    if (f) fclose(f);
    return text;
}

json_t *tool_facts_json(const char *path, FILE *err)
{
    json_error_t error;
    size_t len = 0;
    const char *const name = strcmp(path, "-") == 0 ? "standard input" : path;
    char *const text = path_read(path, &len);
    if (!text) {
        fprintf(err, "%s: cannot be read, or is larger than 1 MiB\n", name);
        return NULL;
    }
    json_t *const j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    free(text);
    if (!j && len == 0) {
        fprintf(err, "%s: is empty: write the facts as one object, {} when none is known\n", name);
    } else if (!j) {
        fprintf(err, "%s:%d:%d: %s\n", name, error.line, error.column, error.text);
    } else if (!json_is_object(j)) {
        fprintf(err, "%s: write the facts as one object, {\"name\": value}\n", name);
        json_decref(j);
        return NULL;
    }
    return j;
}

// What to write instead.
static void fact_remedy(enum fact fact, FILE *err)
{
    const struct fact_def *const f = &FACTS[fact];
    switch (f->type) {
    case FACT_BOOL: fputs("write true, false or null", err); return;
    case FACT_NUMBER: fprintf(err, "write a whole number (%s) or null", f->unit); return;
    case FACT_CODE: fputs("write null or one of", err); break;
    case FACT_CODES: fputs("write null or a list, [] or with any of", err); break;
    }
    for (unsigned i = 0; f->codes[i]; i++) fprintf(err, "%s \"%s\"", i ? "," : "", f->codes[i]);
}

static bool codes_of_json(enum fact fact, const json_t *j, int32_t *out)
{
    size_t i;
    json_t *one;
    *out = 0;
    if (!json_is_array(j)) return false;
    json_array_foreach((json_t *)(uintptr_t)j, i, one)
    {
        int const code = json_is_string(one) ? fact_code_from(fact, json_string_value(one)) : -1;
        if (code < 0 || code > 30) return false;
        *out |= (int32_t)(1U << code);
    }
    return true;
}

static bool fact_of_json(enum fact fact, const json_t *j, int32_t *out)
{
    *out = FACT_UNKNOWN;
    if (json_is_null(j)) return true;
    switch (FACTS[fact].type) {
    case FACT_BOOL: *out = json_is_true(j); return json_is_boolean(j);
    case FACT_NUMBER:
        if (!json_is_integer(j) || json_integer_value(j) < 0) return false;
        *out = (int32_t)json_integer_value(j);
        return json_integer_value(j) <= INT32_MAX;
    case FACT_CODE:
        *out = json_is_string(j) ? fact_code_from(fact, json_string_value(j)) : -1;
        return *out >= 0;
    case FACT_CODES: return codes_of_json(fact, j, out);
    }
    return false;
}

static void fact_refuse(const char *path, const char *key, FILE *err)
{
    int const fact = fact_from(key);
    fprintf(err, "%s: \"%.60s\": ", path, key);
    if (fact >= 0) {
        fact_remedy((enum fact)fact, err);
    } else {
        fputs("no fact has this name: see `triage policy facts`", err);
    }
    fputc('\n', err);
}

// A fact that follows from others does so unless it is given.
static void facts_complete(const json_t *j, struct facts *f)
{
    struct facts followed = *f;
    facts_follow(&followed);
    for (unsigned i = 0; i < FACT_COUNT; i++) {
        if (!json_object_get(j, FACTS[i].name)) f->value[i] = followed.value[i];
    }
}

bool tool_facts_take(const char *path, const json_t *j, facts_other_fn *other, struct facts *out,
                     FILE *err)
{
    const char *key;
    json_t *value;
    bool ok = true;
    facts_clear(out);
    json_object_foreach((json_t *)(uintptr_t)j, key, value)
    {
        int const fact = fact_from(key);
        bool const fine = fact < 0 ? other && other(key, value)
                                   : fact_of_json((enum fact)fact, value, &out->value[fact]);
        if (!fine) fact_refuse(path, key, err);
        ok = ok && fine;
    }
    facts_complete(j, out);
    return ok;
}

#include "yaml_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

struct yaml_reading {
    struct yaml_file *file;
    struct faults *faults;
    yaml_parser_t parser;
    yaml_event_t event;
};

static enum err yaml_refuse(struct yaml_reading *r, const yaml_mark_t *at, const char *text)
{
    faults_add(r->faults, r->file->path, (int)at->line + 1, (int)at->column + 1, "%s", text);
    return ERR_CONFIG;
}

// Reads at most `size` bytes; -1 when the file cannot be read, size + 1 when it is longer.
static ssize_t yaml_load(const char *path, char *out, size_t size)
{
    int const fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    size_t used = 0;
    ssize_t got = 1;
    while (got > 0 && used < size + 1) {
        got = read(fd, out + used, size + 1 - used);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            used += (size_t)got;
    }
    close(fd);
    return got < 0 ? -1 : (ssize_t)used;
}

// The next event, which the caller reads in r->event and which the next call frees.
static enum err yaml_next(struct yaml_reading *r)
{
    yaml_event_delete(&r->event);
    if (yaml_parser_parse(&r->parser, &r->event)) return OK;
    const char *what = r->parser.problem ? r->parser.problem : "this is not YAML";
    return yaml_refuse(r, &r->parser.problem_mark, what);
}

static enum err yaml_expect(struct yaml_reading *r, yaml_event_type_t type, const char *text)
{
    enum err const e = yaml_next(r);
    if (e) return e;
    return r->event.type == type ? OK : yaml_refuse(r, &r->event.start_mark, text);
}

// Copies the scalar of the current event.
static enum err yaml_scalar(struct yaml_reading *r, struct yaml_value *out)
{
    const yaml_mark_t *at = &r->event.start_mark;
    if (r->event.type == YAML_ALIAS_EVENT) return yaml_refuse(r, at, "aliases are not read here");
    if (r->event.type != YAML_SCALAR_EVENT)
        return yaml_refuse(r, at, "a word or a list of words is expected, nothing nested");
    if (r->event.data.scalar.anchor || r->event.data.scalar.tag)
        return yaml_refuse(r, at, "anchors and tags are not read here");
    size_t const len = r->event.data.scalar.length;
    struct yaml_file *f = r->file;
    if (f->text_used + len + 1 > sizeof f->text) return yaml_refuse(r, at, "the file is too long");
    if (memchr(r->event.data.scalar.value, 0, len)) return yaml_refuse(r, at, "a NUL byte");
    char *to = f->text + f->text_used;
    memcpy(to, r->event.data.scalar.value, len);
    to[len] = 0;
    f->text_used += len + 1;
    *out = (struct yaml_value){to, (int)at->line + 1, (int)at->column + 1};
    return OK;
}

static enum err yaml_value_add(struct yaml_reading *r, struct yaml_entry *entry)
{
    struct yaml_file *f = r->file;
    if (f->n_values == YAML_VALUES_MAX)
        return yaml_refuse(r, &r->event.start_mark, "too many values");
    enum err const e = yaml_scalar(r, &f->values[f->n_values]);
    if (e) return e;
    f->n_values++;
    entry->n++;
    return OK;
}

static enum err yaml_list(struct yaml_reading *r, struct yaml_entry *entry)
{
    if (r->event.data.sequence_start.anchor || r->event.data.sequence_start.tag)
        return yaml_refuse(r, &r->event.start_mark, "anchors and tags are not read here");
    entry->list = true;
    enum err e;
    while ((e = yaml_next(r)) == OK && r->event.type != YAML_SEQUENCE_END_EVENT)
        if ((e = yaml_value_add(r, entry))) return e;
    return e;
}

// One "key: value"; the current event is the key.
static enum err yaml_pair(struct yaml_reading *r)
{
    struct yaml_file *f = r->file;
    yaml_mark_t const at = r->event.start_mark;
    if (f->n_entries == YAML_ENTRIES_MAX) return yaml_refuse(r, &at, "too many keys");
    struct yaml_entry *entry = &f->entries[f->n_entries];
    *entry = (struct yaml_entry){.first = f->n_values};
    enum err e;
    if ((e = yaml_scalar(r, &entry->key))) return e;
    if (yaml_file_find(f, entry->key.text)) return yaml_refuse(r, &at, "this key is given twice");
    f->n_entries++;
    if ((e = yaml_next(r))) return e;
    if (r->event.type == YAML_SEQUENCE_START_EVENT) return yaml_list(r, entry);
    return yaml_value_add(r, entry);
}

static enum err yaml_document(struct yaml_reading *r)
{
    enum err e;
    if ((e = yaml_expect(r, YAML_STREAM_START_EVENT, "this is not YAML"))) return e;
    if ((e = yaml_next(r))) return e;
    if (r->event.type == YAML_STREAM_END_EVENT) return OK; // comments only
    if ((e = yaml_expect(r, YAML_MAPPING_START_EVENT, "lines of \"key: value\" are expected")))
        return e;
    if (r->event.data.mapping_start.anchor || r->event.data.mapping_start.tag)
        return yaml_refuse(r, &r->event.start_mark, "anchors and tags are not read here");
    while ((e = yaml_next(r)) == OK && r->event.type != YAML_MAPPING_END_EVENT)
        if ((e = yaml_pair(r))) return e;
    if (e) return e;
    if ((e = yaml_expect(r, YAML_DOCUMENT_END_EVENT, "more than one mapping"))) return e;
    return yaml_expect(r, YAML_STREAM_END_EVENT, "more than one document in the file");
}

enum err yaml_file_read(struct yaml_file *f, const char *path, struct faults *p)
{
    f->path = path;
    f->n_entries = f->n_values = f->text_used = 0;
    static char raw[YAML_BYTES_MAX + 1]; // One thread reads files.
    ssize_t const len = yaml_load(path, raw, YAML_BYTES_MAX);
    if (len < 0) {
        faults_add(p, path, 0, 0, "cannot be read: %s", strerror(errno));
        return ERR_IO;
    }
    if (len > YAML_BYTES_MAX) {
        faults_add(p, path, 0, 0, "longer than %d bytes", YAML_BYTES_MAX);
        return ERR_CONFIG;
    }
    struct yaml_reading r = {.file = f, .faults = p};
    if (!yaml_parser_initialize(&r.parser)) return ERR_NO_MEMORY;
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)raw, (size_t)len);
    enum err const e = yaml_document(&r);
    yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    return e;
}

const struct yaml_entry *yaml_file_find(const struct yaml_file *f, const char *key)
{
    for (size_t i = 0; i < f->n_entries; i++)
        if (strcmp(f->entries[i].key.text, key) == 0) return &f->entries[i];
    return NULL;
}

static enum err yaml_entry_apply(const struct yaml_file *f, const struct yaml_entry *entry,
                                 const struct yaml_field *field, void *out, struct faults *p)
{
    if (entry->list != field->list) {
        faults_add(p, f->path, entry->key.line, entry->key.column, "\"%s\" takes %s", field->key,
                   field->list ? "a list, such as [a, b]" : "one value, not a list");
        return ERR_CONFIG;
    }
    enum err e = OK;
    for (size_t i = 0; i < entry->n; i++) {
        const struct yaml_value *v = &f->values[entry->first + i];
        const char *wrong = field->set(out, v->text);
        if (!wrong) continue;
        faults_add(p, f->path, v->line, v->column, "\"%s\": %s", field->key, wrong);
        e = ERR_CONFIG;
    }
    return e;
}

static const struct yaml_field *yaml_field_find(const struct yaml_field *fields, size_t n,
                                                const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].key, key) == 0) return &fields[i];
    return NULL;
}

enum err yaml_file_apply(const struct yaml_file *f, const struct yaml_field *fields, size_t n,
                         void *out, struct faults *p)
{
    enum err e = OK;
    for (size_t i = 0; i < f->n_entries; i++) {
        const struct yaml_entry *entry = &f->entries[i];
        const struct yaml_field *field = yaml_field_find(fields, n, entry->key.text);
        if (!field) {
            faults_add(p, f->path, entry->key.line, entry->key.column,
                       "\"%.40s\" is no key of this file", entry->key.text);
            e = ERR_CONFIG;
        } else if (yaml_entry_apply(f, entry, field, out, p)) {
            e = ERR_CONFIG;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (!fields[i].required || yaml_file_find(f, fields[i].key)) continue;
        faults_add(p, f->path, 0, 0, "\"%s\" is missing", fields[i].key);
        e = ERR_CONFIG;
    }
    return e;
}

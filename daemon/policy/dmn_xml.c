// XML, read without trust: no entities, no network, no document type, limits on size and depth.
#include "dmn_load.h"
#include "feel_print.h"

#include <libxml/parser.h>
#include <stdlib.h>

bool xml_is(const xmlNode *n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

static xmlNode *xml_skip(xmlNode *n, const char *name)
{
    while (n && !(n->type == XML_ELEMENT_NODE && (!name || xml_is(n, name)))) n = n->next;
    return n;
}

xmlNode *xml_child(const xmlNode *n, const char *name)
{
    return xml_skip(n->children, name);
}

xmlNode *xml_next(const xmlNode *n, const char *name)
{
    return xml_skip(n->next, name);
}

xmlNode *xml_first(const xmlNode *n)
{
    return xml_skip(n->children, NULL);
}

xmlNode *xml_after(const xmlNode *n)
{
    return xml_skip(n->next, NULL);
}

unsigned xml_count(const xmlNode *n, const char *name)
{
    unsigned count = 0;
    for (const xmlNode *c = xml_child(n, name); c; c = xml_next(c, name)) count++;
    return count;
}

int xml_line(const xmlNode *n)
{
    return n ? (int)xmlGetLineNo(n) : 0;
}

const char *xml_attribute(struct loader *l, const xmlNode *n, const char *name)
{
    for (const xmlAttr *a = n->properties; a; a = a->next) {
        if (strcmp((const char *)a->name, name) != 0 || !a->children) continue;
        const char *const text = (const char *)a->children->content;
        return text ? pool_text(l->pool, text, strlen(text)) : "";
    }
    return NULL;
}

static bool xml_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Text and CDATA of the node alone; there are no entities in it.
const char *xml_text(struct loader *l, const xmlNode *n)
{
    size_t len = 0;
    for (const xmlNode *c = n->children; c; c = c->next) {
        if (c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE) {
            len += strlen((const char *)c->content);
        }
    }
    char *const all = pool_alloc(l->pool, len + 1);
    char *p = all;
    for (const xmlNode *c = n->children; c; c = c->next) {
        if (c->type != XML_TEXT_NODE && c->type != XML_CDATA_SECTION_NODE) continue;
        size_t const part = strlen((const char *)c->content);
        memcpy(p, c->content, part);
        p += part;
    }
    while (p > all && xml_is_space(p[-1])) *--p = 0;
    char *start = all;
    while (xml_is_space(*start)) start++;
    return start;
}

const char *xml_child_text(struct loader *l, const xmlNode *n)
{
    const xmlNode *const text = xml_child(n, "text");
    return text ? xml_text(l, text) : "";
}

// --- On one line ---

static bool xml_among(const xmlNode *n, const char *const *tags)
{
    for (; *tags; tags++) {
        if (xml_is(n, *tags)) return true;
    }
    return false;
}

// Words behind one another: whatever stands between two of them becomes one space.
static void flat_words(struct printer *p, const char *text)
{
    while (*text) {
        size_t const n = strcspn(text, " \t\r\n");
        if (n && p->len) print_text(p, bytes_text(" "));
        print_text(p, bytes_of(text, n));
        text += n;
        while (xml_is_space(*text)) text++;
    }
}

static void flat_node(struct printer *p, const xmlNode *n)
{
    static const char *const plain[] = {"text", "literalExpression", "encapsulatedLogic", NULL};
    static const char *const silent[] = {"description", "extensionElements", "decisionTable", NULL};
    if (!xml_among(n, plain)) flat_words(p, (const char *)n->name); // else its text says enough
    for (const xmlAttr *a = n->properties; a; a = a->next) {
        const char *const name = (const char *)a->name;
        if (strcmp(name, "id") == 0 || strcmp(name, "label") == 0 || !a->children) continue;
        flat_words(p, name);
        if (a->children->content) flat_words(p, (const char *)a->children->content);
    }
    for (const xmlNode *c = n->children; c; c = c->next) {
        bool const text = c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE;
        if (text) flat_words(p, (const char *)c->content);
        if (c->type == XML_ELEMENT_NODE && !xml_among(c, silent)) flat_node(p, c);
    }
}

const char *xml_flat(struct loader *l, const xmlNode *n)
{
    struct printer p = {NULL, 0, 0};
    flat_node(&p, n); // counts
    char *const line = pool_alloc(l->pool, p.len + 1);
    p = (struct printer){line, p.len, 0};
    flat_node(&p, n);
    return line;
}

static bool xml_is_shallow(const xmlNode *n, int depth)
{
    if (depth > DMN_XML_DEPTH_MAX) return false;
    for (const xmlNode *c = n->children; c; c = c->next) {
        if (c->type == XML_ENTITY_REF_NODE) return false;
        if (c->type == XML_ELEMENT_NODE && !xml_is_shallow(c, depth + 1)) return false;
    }
    return true;
}

// Past the end of what begins at `at` and ends so; the end of the text when it never does.
static size_t xml_past(struct bytes text, size_t at, const char *end)
{
    const uint8_t *const found = memmem(text.data + at, text.len - at, end, strlen(end));
    return found ? (size_t)(found - text.data) + strlen(end) : text.len;
}

static bool xml_starts(struct bytes text, size_t at, const char *with)
{
    size_t const n = strlen(with);
    return text.len - at >= n && memcmp(text.data + at, with, n) == 0;
}

// Past the tag that begins at `at`; counts its attributes and the namespaces that it declares.
static size_t xml_tag(struct bytes text, size_t at, size_t *attributes, size_t *spaces)
{
    uint8_t quote = 0;
    *attributes = 0;
    for (; at < text.len; at++) {
        uint8_t const c = text.data[at];
        if (quote) {
            if (c == quote) quote = 0;
            continue;
        }
        if (c == '>') return at + 1;
        if (c == '"' || c == '\'') quote = c;
        *attributes += c == '=';
        *spaces += xml_is_space((char)c) && xml_starts(text, at + 1, "xmlns");
    }
    return at;
}

// libxml2 holds each attribute of an element against all others, and looks for a prefix among all
// that are declared: a file of 3 MiB could keep it busy for minutes.  So this is looked at before
// it reads anything, and so are document types, with all that entities can do.  NULL: all is well,
// else what is wrong at `*at`.
static const char *xml_judge(struct bytes text, size_t *at)
{
    size_t attributes, spaces = 0;
    *at = 0;
    if (text.len == 0) return "the file is empty";
    if (text.len > DMN_FILE_BYTES_MAX) return "the file is larger than 4 MiB: split the model";
    if (memchr(text.data, 0, text.len)) return "this is no UTF-8: save the model as UTF-8";
    while (*at < text.len) {
        const uint8_t *const open = memchr(text.data + *at, '<', text.len - *at);
        if (!open) return NULL;
        *at = (size_t)(open - text.data);
        if (xml_starts(text, *at, "<!--")) {
            *at = xml_past(text, *at + 4, "-->");
        } else if (xml_starts(text, *at, "<![CDATA[")) {
            *at = xml_past(text, *at, "]]>");
        } else if (xml_starts(text, *at, "<?")) {
            *at = xml_past(text, *at, "?>");
        } else if (xml_starts(text, *at, "<!")) {
            return "a document type is not read: remove the DOCTYPE line";
        } else {
            size_t const next = xml_tag(text, *at, &attributes, &spaces);
            if (attributes > DMN_XML_ATTRIBUTES_MAX)
                return "more than 256 attributes: leave out most";
            if (spaces > DMN_XML_SPACES_MAX) return "more than 256 namespaces: leave out most";
            *at = next;
        }
    }
    return NULL;
}

static xmlDoc *xml_refuse(xmlDoc *doc, struct policy_report *report, struct place at,
                          const char *text)
{
    report_refuse(report, at, "%s", text);
    if (doc) xmlFreeDoc(doc);
    return NULL;
}

xmlDoc *xml_read(const char *text, size_t len, const char *file, struct policy_report *report)
{
    struct place at = {.file = file};
    size_t where;
    const char *const bad = xml_judge(bytes_of(text, len), &where);
    if (bad) {
        at.line = len ? 1 : 0;
        for (size_t i = 0; i < where; i++) at.line += text[i] == '\n';
        return xml_refuse(NULL, report, at, bad);
    }
    xmlParserCtxt *const c = xmlNewParserCtxt();
    if (!c) return xml_refuse(NULL, report, at, "no memory to read XML");
    int const options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                        XML_PARSE_BIG_LINES | XML_PARSE_IGNORE_ENC;
    xmlDoc *const doc = xmlCtxtReadMemory(c, text, (int)len, NULL, "UTF-8", options);
    const xmlError *const e = xmlCtxtGetLastError(c);
    if (!doc && e) {
        const char *const said = e->message ? e->message : "the text is not well formed";
        at.line = e->line;
        report_refuse(report, at, "this is no XML: %.*s", (int)strcspn(said, "\n"), said);
    } else if (!doc) {
        report_refuse(report, at, "this is no XML");
    }
    xmlFreeParserCtxt(c);
    if (!doc) return NULL;
    const xmlNode *const root = xmlDocGetRootElement(doc);
    if (!root || !xml_is_shallow(root, 0)) {
        return xml_refuse(doc, report, at, "elements are nested too deeply, or entities are used");
    }
    return doc;
}

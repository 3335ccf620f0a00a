// A model from its XML: first what there is, then what each rests on, then its logic compiled.
#include "dmn_load.h"
#include "files.h"

#include <stdlib.h>

static const char *const DMN_SPACES[] = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", // 1.1
    "http://www.omg.org/spec/DMN/20180521/MODEL/",  // 1.2
    "https://www.omg.org/spec/DMN/20191111/MODEL/", // 1.3
    "https://www.omg.org/spec/DMN/20211108/MODEL/", // 1.4
    "https://www.omg.org/spec/DMN/20230324/MODEL/", // 1.5
};

bool load_failed(const struct loader *l)
{
    return l->error.why != FEEL_FINE;
}

bool load_fail(struct loader *l, const xmlNode *at, enum feel_refusal why, const char *text)
{
    if (load_failed(l)) return false;
    l->error = (struct feel_error){why, 0, text};
    l->error_line = xml_line(at);
    return false;
}

// "the text, at character n of 'expression'": what an author needs to find it.
static void load_fail_feel(struct loader *l, const xmlNode *at, const char *text,
                           const struct feel_error *e)
{
    load_fail(l, at, e->why,
              pool_format(l->pool, "%s (character %zu of: %.120s)", e->text, e->at + 1, text));
}

struct ast *load_feel(struct loader *l, const xmlNode *at, const char *text,
                      const struct symbol *scope)
{
    struct feel_error error;
    struct ast *const e =
        feel_parse(l->pool, bytes_text(text), scope, &l->model->names, l->model->types, &error);
    if (!e) load_fail_feel(l, at, text, &error);
    return e;
}

struct ast *load_tests(struct loader *l, const xmlNode *at, const char *text,
                       const struct symbol *scope)
{
    struct feel_error error;
    const struct symbol *const tested = symbol_push(l->pool, scope, "?", SYMBOL_NAME, 0, NULL);
    struct ast *const e = feel_parse_tests(l->pool, bytes_text(text), tested, &l->model->names,
                                           l->model->types, &error);
    if (!e) load_fail_feel(l, at, text, &error);
    return e;
}

static const struct {
    const char *tag;
    enum element_kind kind;
} ELEMENT_TAGS[] = {{"inputData", ELEMENT_INPUT},
                    {"decision", ELEMENT_DECISION},
                    {"businessKnowledgeModel", ELEMENT_KNOWLEDGE},
                    {"decisionService", ELEMENT_SERVICE}};

static bool element_kind_of(const xmlNode *n, enum element_kind *kind)
{
    for (size_t i = 0; i < sizeof(ELEMENT_TAGS) / sizeof(ELEMENT_TAGS[0]); i++) {
        if (!xml_is(n, ELEMENT_TAGS[i].tag)) continue;
        *kind = ELEMENT_TAGS[i].kind;
        return true;
    }
    return false;
}

// What stands between # and the end, when what is before it is this model.
static int element_by_href(struct loader *l, const char *href)
{
    const struct model *const m = l->model;
    const char *const hash = href ? strrchr(href, '#') : NULL;
    const char *const id = hash ? hash + 1 : href;
    if (!id) return -1;
    if (hash && hash != href &&
        (strlen(m->space) != (size_t)(hash - href) || strncmp(m->space, href, strlen(m->space)))) {
        return -1;
    }
    for (unsigned i = 0; i < m->n_elements; i++) {
        if (strcmp(m->elements[i].id, id) == 0) return (int)i;
    }
    return -1;
}

static const struct symbol *element_require(struct loader *l, struct element *e, const xmlNode *ref,
                                            const struct symbol *scope)
{
    static const enum symbol_kind kinds[] = {[ELEMENT_INPUT] = SYMBOL_INPUT,
                                             [ELEMENT_DECISION] = SYMBOL_DECISION,
                                             [ELEMENT_KNOWLEDGE] = SYMBOL_FUNCTION,
                                             [ELEMENT_SERVICE] = SYMBOL_FUNCTION};
    int const i = element_by_href(l, xml_attribute(l, ref, "href"));
    if (i < 0) {
        load_fail(l, ref, FEEL_OUTSIDE, "it rests on something that is not in this file");
        return scope;
    }
    const struct element *const other = &l->model->elements[i];
    e->required[e->n_requires++] = (unsigned)i;
    return symbol_push(l->pool, scope, other->name, kinds[other->kind], (unsigned)i, other->type);
}

// The scope of an element: what its requirements name (DMN 1.5, 6.3 and 7.3.1).
static const struct symbol *element_scope(struct loader *l, struct element *e, const xmlNode *n)
{
    static const char *const requirements[] = {"informationRequirement", "knowledgeRequirement"};
    static const char *const targets[] = {"requiredInput", "requiredDecision", "requiredKnowledge"};
    const struct symbol *scope = NULL;
    unsigned const most = xml_count(n, requirements[0]) + xml_count(n, requirements[1]);
    e->required = pool_alloc(l->pool, (most * 3 + 1) * sizeof(*e->required));
    for (size_t r = 0; r < 2; r++) {
        for (const xmlNode *q = xml_child(n, requirements[r]); q;
             q = xml_next(q, requirements[r])) {
            for (size_t t = 0; t < 3; t++) {
                const xmlNode *const ref = xml_child(q, targets[t]);
                if (ref) scope = element_require(l, e, ref, scope);
            }
        }
    }
    return scope;
}

// The child that is the logic: not one of those that describe.
static const xmlNode *element_logic(const xmlNode *n)
{
    static const char *const others[] = {"description",
                                         "extensionElements",
                                         "question",
                                         "allowedAnswers",
                                         "variable",
                                         "informationRequirement",
                                         "knowledgeRequirement",
                                         "authorityRequirement",
                                         "supportedObjective",
                                         "impactedPerformanceIndicator",
                                         "decisionMaker",
                                         "decisionOwner",
                                         "usingProcess",
                                         "usingTask"};
    for (const xmlNode *c = xml_first(n); c; c = xml_after(c)) {
        bool describes = false;
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
            describes = describes || xml_is(c, others[i]);
        }
        if (!describes) return c;
    }
    return NULL;
}

static void element_fail_compile(struct loader *l, const xmlNode *n, const struct compiler *c)
{
    load_fail(l, n, c->error.why, c->error.text);
    if (!l->error_row) l->error_row = c->error_row;
    if (!l->error_column) l->error_column = c->error_column;
}

static void element_load_decision(struct loader *l, struct element *e, const xmlNode *n)
{
    const struct symbol *const scope = element_scope(l, e, n);
    const xmlNode *const logic = element_logic(n);
    struct compiler c;
    if (load_failed(l)) return;
    if (!logic) {
        load_fail(l, n, FEEL_INVALID, "the decision has no logic");
        return;
    }
    struct ast *const ast = load_boxed(l, logic, scope);
    if (!ast || load_failed(l)) return;
    if (ast->kind == AST_TABLE) {
        e->table = ast->table;
    } else {
        e->logic = xml_flat(l, logic);
    }
    compiler_init(&c, l->pool, scope);
    c.table = load_table_compile;
    e->program = compile_program(&c, ast);
    e->n_slots = c.n_slots_max;
    if (!e->program) element_fail_compile(l, logic, &c);
}

// A business knowledge model is a function whose parameters its logic names.
static void element_load_knowledge(struct loader *l, struct element *e, const xmlNode *n)
{
    const struct symbol *scope = element_scope(l, e, n);
    const xmlNode *const logic = xml_child(n, "encapsulatedLogic");
    struct compiler c;
    if (load_failed(l)) return;
    if (!logic) {
        load_fail(l, n, FEEL_INVALID, "the business knowledge model has no logic");
        return;
    }
    struct ast *const ast = load_boxed(l, logic, scope);
    if (!ast || load_failed(l)) return;
    if (ast->a->kind == AST_TABLE) e->table = ast->a->table;
    e->logic = xml_flat(l, logic);
    compiler_init(&c, l->pool, scope);
    c.table = load_table_compile;
    const struct program *const p = compile_program(&c, ast); // one OP_CLOSURE, whose p is it
    if (!p) {
        element_fail_compile(l, logic, &c);
        return;
    }
    struct function *const f = (struct function *)(uintptr_t)p->ops[0].p;
    f->name = e->name;
    if (e->type) {
        const struct type *const plain = type_plain(e->type);
        f->result = plain->kind == TYPE_FUNCTION ? plain->base : e->type;
    }
    const struct type *const result = load_type(l, logic, xml_attribute(l, logic, "typeRef"));
    if (!f->result && result && type_plain(result)->kind != TYPE_FUNCTION) f->result = result;
    e->function = f;
}

static void service_list(struct loader *l, const xmlNode *n, const char *tag, unsigned *list,
                         unsigned *count)
{
    for (const xmlNode *r = xml_child(n, tag); r; r = xml_next(r, tag)) {
        int const i = element_by_href(l, xml_attribute(l, r, "href"));
        if (i < 0) {
            load_fail(l, r, FEEL_OUTSIDE, "it rests on something that is not in this file");
        } else {
            list[(*count)++] = (unsigned)i;
        }
    }
}

// A decision service is a function of its input data and input decisions, in that order.
static void element_load_service(struct loader *l, struct element *e, const xmlNode *n)
{
    struct service *const s = &e->service;
    unsigned const most = xml_count(n, "inputData") + xml_count(n, "inputDecision");
    s->inputs = pool_alloc(l->pool, (most + 1) * sizeof(*s->inputs));
    s->outputs = pool_alloc(l->pool, (xml_count(n, "outputDecision") + 1) * sizeof(*s->outputs));
    service_list(l, n, "inputData", s->inputs, &s->n_inputs);
    service_list(l, n, "inputDecision", s->inputs, &s->n_inputs);
    service_list(l, n, "outputDecision", s->outputs, &s->n_outputs);
    if (load_failed(l)) return;
    if (s->n_outputs == 0 || s->n_inputs > FEEL_PARAMETERS_MAX) {
        load_fail(l, n, FEEL_INVALID, "a decision service needs an output, and few inputs");
        return;
    }
    struct function *const f = pool_alloc(l->pool, sizeof(*f));
    const char **const names = pool_alloc(l->pool, (most + 1) * sizeof(*names));
    const struct type **const types = pool_alloc(l->pool, (most + 1) * sizeof(*types));
    struct op *const op = pool_alloc(l->pool, sizeof(*op));
    struct program *const body = pool_alloc(l->pool, sizeof(*body));
    for (unsigned i = 0; i < s->n_inputs; i++) {
        names[i] = l->model->elements[s->inputs[i]].name;
        types[i] = l->model->elements[s->inputs[i]].type;
    }
    *op = (struct op){OP_SERVICE, 0, 0, e};
    *body = (struct program){op, 1};
    *f = (struct function){.name = e->name,
                           .n_parameters = s->n_inputs,
                           .n_slots = s->n_inputs,
                           .names = names,
                           .types = types,
                           .body = body};
    if (e->type) {
        const struct type *const plain = type_plain(e->type);
        f->result = plain->kind == TYPE_FUNCTION ? plain->base : e->type;
    }
    e->function = f;
}

static void element_report(struct loader *l, struct element *e)
{
    if (!load_failed(l)) return;
    struct place const at = {l->model->file, e->name, l->error_line, l->error_row, l->error_column};
    e->why = l->error.why;
    e->text = l->error.text;
    report_refuse(l->report, at, "%s", e->text);
}

static void element_load(struct loader *l, struct element *e, const xmlNode *n)
{
    l->element = e;
    l->error = (struct feel_error){FEEL_FINE, 0, NULL};
    l->error_line = l->error_row = l->error_column = 0;
    const xmlNode *const variable = xml_child(n, "variable");
    if (e->kind == ELEMENT_DECISION) element_load_decision(l, e, n);
    if (e->kind == ELEMENT_KNOWLEDGE) element_load_knowledge(l, e, n);
    if (e->kind == ELEMENT_SERVICE) element_load_service(l, e, n);
    if (!load_failed(l) && variable) load_type(l, variable, xml_attribute(l, variable, "typeRef"));
    element_report(l, e);
}

static void element_init(struct loader *l, struct element *e, const xmlNode *n)
{
    const char *const id = xml_attribute(l, n, "id"), *const name = xml_attribute(l, n, "name");
    const xmlNode *const variable = xml_child(n, "variable");
    e->id = id ? id : "";
    e->name = name_normal(l->pool, bytes_text(name ? name : ""));
    e->line = xml_line(n);
    const char *const type = variable ? xml_attribute(l, variable, "typeRef") : NULL;
    l->element = e;
    e->type_text = type ? type : "";
    e->logic = "";
    if (variable) e->type = load_type(l, variable, type);
}

void load_elements(struct loader *l, const xmlNode *root)
{
    struct model *const m = l->model;
    enum element_kind kind;
    unsigned n = 0;
    for (const xmlNode *c = xml_first(root); c; c = xml_after(c)) n += element_kind_of(c, &kind);
    if (n > DMN_ELEMENTS_MAX) {
        report_refuse(l->report, (struct place){.file = m->file},
                      "the model has more than %d elements: split it", DMN_ELEMENTS_MAX);
        return;
    }
    m->elements = pool_alloc(l->pool, (n + 1) * sizeof(*m->elements));
    l->nodes = pool_alloc(l->pool, (n + 1) * sizeof(*l->nodes));
    for (xmlNode *c = xml_first(root); c; c = xml_after(c)) {
        if (!element_kind_of(c, &kind)) continue;
        l->nodes[m->n_elements] = c;
        m->elements[m->n_elements].kind = kind;
        element_init(l, &m->elements[m->n_elements++], c);
    }
    for (unsigned i = 0; i < n; i++) element_load(l, &m->elements[i], l->nodes[i]);
}

static bool load_root(struct loader *l, const xmlNode *root)
{
    struct place const at = {.file = l->model->file, .line = xml_line(root)};
    bool known = false;
    for (size_t i = 0; i < sizeof(DMN_SPACES) / sizeof(DMN_SPACES[0]) && root->ns; i++) {
        known = known || strcmp((const char *)root->ns->href, DMN_SPACES[i]) == 0;
    }
    if (!xml_is(root, "definitions") || !known) {
        report_refuse(l->report, at, "this is no DMN 1.1 to 1.5 model: <definitions> is expected");
        return false;
    }
    const char *const name = xml_attribute(l, root, "name");
    const char *const space = xml_attribute(l, root, "namespace");
    l->model->name = name ? name : "";
    l->model->space = space ? space : "";
    return true;
}

// false: no part of the model can be used.  Memory at its limit leads back here by pool.exit.
static bool load_model(struct loader *l, const char *file)
{
    const xmlNode *const root = xmlDocGetRootElement(l->doc);
    if (setjmp(l->pool->exit) != 0) {
        report_refuse(l->report, (struct place){.file = file},
                      "the model is too large: it needs too much memory, or has too many names");
        return false;
    }
    l->model->file = pool_text(l->pool, file, strlen(file));
    if (!load_root(l, root)) return false;
    load_types(l, root);
    if (load_failed(l)) {
        report_refuse(l->report, (struct place){.file = file, .line = l->error_line}, "%s",
                      l->error.text);
    }
    load_elements(l, root);
    return true;
}

struct model *model_of_text(const char *xml, size_t len, const char *file,
                            struct policy_report *report)
{
    struct model *const m = calloc(1, sizeof(*m));
    xmlDoc *const doc = m ? xml_read(xml, len, file, report) : NULL;
    if (!doc) {
        free(m);
        return NULL;
    }
    struct loader l = {.model = m, .pool = &m->pool, .report = report, .doc = doc};
    bool const ok = load_model(&l, file);
    xmlFreeDoc(doc);
    if (ok) return m;
    model_close(m);
    return NULL;
}

struct model *model_open(const char *path, const char *file, struct policy_report *report)
{
    size_t len;
    char *const text = file_read(path, DMN_FILE_BYTES_MAX, &len);
    if (!text) {
        report_refuse(report, (struct place){.file = file},
                      "cannot be read, or is larger than %zu bytes", DMN_FILE_BYTES_MAX);
        return NULL;
    }
    struct model *const m = model_of_text(text, len, file, report);
    free(text);
    return m;
}

void model_close(struct model *m)
{
    if (!m) return;
    pool_close(&m->pool);
    free(m);
}

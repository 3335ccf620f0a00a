#include "second.h"

bool second_proven(const struct message *m, unsigned grades)
{
    struct worker const *w = m->actor.worker;
    return w && (grades & GRADE_BIT(w->grade)) && m->actor.proven;
}

const char *second_refusal(const struct message *m, const char *by, const char *key)
{
    if (strcmp(by, m->actor.worker->id) == 0)
        return "You proposed it yourself: another manager decides.";
    if (strcmp(key, m->principal->id) != 0 || m->principal->role == ROLE_PORTAL) return NULL;
    return "It was proposed through this same login: use another.";
}

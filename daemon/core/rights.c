#include "rights.h"

#include "check.h"

// Both tables are sorted by id, the first member: one search serves them.
static const void *row_find(const void *rows, size_t n, size_t row_size, const char *id)
{
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        size_t const mid = low + (high - low) / 2;
        const char *at = (const char *)rows + mid * row_size;
        int const order = strncmp(at, id, ID_MAX);
        if (order == 0) return at;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

const struct principal *registry_principal(const struct registry *r, const char *id)
{
    return row_find(r->principals, r->n_principals, sizeof(*r->principals), id);
}

const struct worker *registry_worker(const struct registry *r, const char *id)
{
    return row_find(r->workers, r->n_workers, sizeof(*r->workers), id);
}

const struct principal *registry_principal_of_key(const struct registry *r,
                                                  const uint8_t key[KEY_BYTES])
{
    size_t low = 0;
    size_t high = r->n_principals;
    while (low < high) {
        size_t const mid = low + (high - low) / 2;
        CHECK(r->by_key[mid] < r->n_principals);
        const struct principal *p = &r->principals[r->by_key[mid]];
        int const order = memcmp(p->key, key, KEY_BYTES);
        if (order == 0) return p;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static bool id_byte(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || ((c == '-' || c == '_') && !first);
}

bool id_valid(const char *id)
{
    size_t n = 0;
    while (id && n < ID_MAX && id[n] != '\0') {
        if (!id_byte(id[n], n == 0)) return false;
        n++;
    }
    return n > 0 && n < ID_MAX;
}

void id_copy(char to[ID_MAX], const char *id)
{
    size_t const n = id ? strlen(id) : 0;
    CHECK(n < ID_MAX);
    for (size_t i = 0; i < n; i++) to[i] = id[i];
    memset(to + n, 0, ID_MAX - n);
}

static bool list_has(const char (*list)[ID_MAX], size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        if (strncmp(list[i], id, ID_MAX) == 0) return true;
    }
    return false;
}

bool principal_at_place(const struct principal *p, const char *place)
{
    CHECK(p->n_places <= PRINCIPAL_PLACES_MAX);
    return place[0] != '\0' && list_has(p->places, p->n_places, place);
}

const struct principal *registry_second_address(const struct registry *r,
                                                const struct principal *of, const char *place)
{
    const struct principal *p = registry_principal(r, of->second_address);
    if (p == NULL || p == of || !p->active || p->role != ROLE_PROVIDER) return NULL;
    return place[0] == '\0' || principal_at_place(p, place) ? p : NULL;
}

bool principal_in_team(const struct principal *p, const char *team)
{
    CHECK(p->n_teams <= PRINCIPAL_TEAMS_MAX);
    return team[0] != '\0' && list_has(p->teams, p->n_teams, team);
}

bool worker_in_team(const struct worker *w, const char *team)
{
    CHECK(w->n_teams <= PRINCIPAL_TEAMS_MAX);
    return team[0] != '\0' && list_has(w->teams, w->n_teams, team);
}

bool principal_speaks_for(const struct principal *p, const char *other_id)
{
    CHECK(p->n_acts_for <= PRINCIPAL_ACTS_MAX);
    if (other_id[0] == '\0') return false;
    return strncmp(p->id, other_id, ID_MAX) == 0 || list_has(p->acts_for, p->n_acts_for, other_id);
}

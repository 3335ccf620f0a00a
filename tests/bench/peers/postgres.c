// PostgreSQL: three tables as queues, SKIP LOCKED, one commit for what was taken together.
#include "peers.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static PGconn *postgres_open(const struct pipeline *p)
{
    char dsn[512];
    snprintf(dsn, sizeof dsn, "host=%s port=%d user=%s dbname=postgres", p->directory, p->port,
             p->user);
    PGconn *c = PQconnectdb(dsn);
    if (PQstatus(c) != CONNECTION_OK) peer_die("postgres", PQerrorMessage(c));
    return c;
}

static PGresult *postgres_ask(PGconn *c, const char *sql, int n, const char *const *values,
                              const int *lengths, const int *formats)
{
    PGresult *r = PQexecParams(c, sql, n, NULL, values, lengths, formats, 1);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        peer_die("postgres", PQerrorMessage(c));
    return r;
}

static void postgres_prepare(struct pipeline *p)
{
    static const char *const tables[] = {
        "CREATE TABLE intake (id bigserial PRIMARY KEY, body bytea NOT NULL)",
        "CREATE TABLE team (id bigserial PRIMARY KEY, body bytea NOT NULL)",
        "CREATE TABLE notices (id bigserial PRIMARY KEY, body bytea NOT NULL)"};
    PGconn *c = postgres_open(p);
    for (size_t i = 0; i < 3; i++) PQclear(postgres_ask(c, tables[i], 0, NULL, NULL, NULL));
    PQfinish(c);
}

static void postgres_provider(struct pipeline *p)
{
    static const char insert[] = "INSERT INTO intake (body) VALUES ($1)";
    const char *const values[] = {(const char *)peer_concern()};
    int const lengths[] = {CONCERN_BYTES}, formats[] = {1};
    PGconn *c = postgres_open(p);
    // In pipeline mode, BATCH inserts and one commit are one round trip.
    if (!PQenterPipelineMode(c)) peer_die("postgres", PQerrorMessage(c));
    for (size_t done = 0; done < p->concerns;) {
        size_t const left = p->concerns - done, n = left < BATCH ? left : BATCH;
        for (size_t i = 0; i < n; i++)
            if (!PQsendQueryParams(c, insert, 1, NULL, values, lengths, formats, 1))
                peer_die("postgres", PQerrorMessage(c));
        if (!PQpipelineSync(c)) peer_die("postgres", PQerrorMessage(c));
        for (bool synced = false; !synced;) {
            PGresult *r = PQgetResult(c);
            if (!r) continue;
            ExecStatusType const s = PQresultStatus(r);
            if (s != PGRES_COMMAND_OK && s != PGRES_PIPELINE_SYNC)
                peer_die("postgres", PQerrorMessage(c));
            synced = s == PGRES_PIPELINE_SYNC;
            PQclear(r);
        }
        done += n;
        atomic_store(&p->confirmed, done);
    }
    PQfinish(c);
}

static size_t postgres_step(PGconn *c, const char *sql, const char *notice)
{
    const char *const values[] = {notice};
    int const lengths[] = {NOTICE_BYTES}, formats[] = {1};
    PGresult *r = postgres_ask(c, sql, notice ? 1 : 0, values, lengths, formats);
    size_t const n = (size_t)PQntuples(r);
    PQclear(r);
    if (n == 0) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return n;
}

#define TAKE(table)                                                                 \
    "DELETE FROM " table " WHERE id = ANY(ARRAY(SELECT id FROM " table " ORDER BY " \
    "id LIMIT 200 FOR UPDATE SKIP LOCKED)) RETURNING body"

static void postgres_worker(struct pipeline *p)
{
    static const char pass[] = "WITH taken AS (" TAKE(
        "intake") "), passed AS (INSERT INTO team (body) SELECT body "
                  "FROM taken), told AS (INSERT INTO notices (body) SELECT $1 FROM taken) "
                  "SELECT body FROM taken";
    PGconn *c = postgres_open(p);
    for (size_t done = 0; done < p->concerns;) {
        done += postgres_step(c, pass, (const char *)peer_notice());
        atomic_store(&p->passed_on, done);
    }
    PQfinish(c);
}

static void postgres_consume(struct pipeline *p, const char *sql, _Atomic size_t *acked)
{
    PGconn *c = postgres_open(p);
    for (size_t done = 0; done < p->concerns;) {
        done += postgres_step(c, sql, NULL);
        atomic_store(acked, done);
    }
    PQfinish(c);
}

static void postgres_desk(struct pipeline *p)
{
    postgres_consume(p, TAKE("team"), &p->desk_acked);
}
static void postgres_referrer(struct pipeline *p)
{
    postgres_consume(p, TAKE("notices"), &p->referrer_acked);
}

const struct peer PEER_POSTGRES = {"postgresql",    postgres_prepare, postgres_provider,
                                   postgres_worker, postgres_desk,    postgres_referrer};

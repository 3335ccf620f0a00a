// triage/triage.h - the client library of triaged.  ABI: libtriage.so.0.
//
// Every type is opaque; no ZeroMQ or protobuf type is exposed.  A client belongs to one thread:
// use as many clients as there are threads.  Text is UTF-8.  Nothing here ever ends the process
// or writes to the terminal.  Times are milliseconds since 1970-01-01T00:00Z.
//
// The library sends the same message again, under the same key, until it is answered; makes new
// connections; and says in words what is wrong when there is none (triage_last_error).
#ifndef TRIAGE_TRIAGE_H
#define TRIAGE_TRIAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__GNUC__)
#define TRIAGE_API __attribute__((visibility("default")))
#else
#define TRIAGE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct triage_client;  // one connection to one council
struct triage_concern; // a concern being written
struct triage_receipt; // what the council says it holds
struct triage_notice;  // what the council tells the referrer

// Codes are stable: new ones are only ever added.
enum triage_status {
    TRIAGE_OK = 0,
    TRIAGE_DUPLICATE = 1, // held already under this key: the first answer again
    // Yours: sending the same again cannot work.
    TRIAGE_E_ARGUMENT = 100,
    TRIAGE_E_INVALID = 101, // see triage_problem_*
    TRIAGE_E_KEY_REUSED = 102,
    TRIAGE_E_NOT_FOUND = 103,
    TRIAGE_E_FORBIDDEN = 104,
    TRIAGE_E_TOO_LARGE = 105,
    TRIAGE_E_CONFLICT = 106, // someone else changed it first: look again
    TRIAGE_E_MALFORMED = 107,
    // Set-up: a person must act.
    TRIAGE_E_KEY_UNKNOWN = 200, // the council does not know our public key
    TRIAGE_E_SERVER_KEY = 201,  // the server's key is not the one in the profile
    TRIAGE_E_VERSION = 202,
    TRIAGE_E_NOT_ENCRYPTED = 203, // one side speaks without encryption
    TRIAGE_E_PROFILE = 204,       // the profile cannot be used
    TRIAGE_E_OUTBOX = 205,        // the outbox cannot be used
    // Passing: the same again, with the same key, may work.
    TRIAGE_E_TIMEOUT = 300,
    TRIAGE_E_UNREACHABLE = 301,
    TRIAGE_E_BUSY = 302,
    TRIAGE_E_NO_MEMORY = 303,
    TRIAGE_E_UNAVAILABLE = 304,
    TRIAGE_E_INTERRUPTED = 305 // triage_interrupt was called
};

TRIAGE_API const char *triage_version(void);
TRIAGE_API const char *triage_status_name(enum triage_status s); // "key_reused"
TRIAGE_API const char *triage_status_text(enum triage_status s); // a sentence
TRIAGE_API bool triage_status_is_retryable(enum triage_status s);
TRIAGE_API void triage_free(void *p); // what the library allocated for the caller

// ---- Profiles ---------------------------------------------------------------------------------

// What a profile holds besides the key pair, which triage_enrol makes.  NULL members are left out.
struct triage_enrolment {
    const char *endpoint;   // "tcp://triage.council.example:7501", or "ipc://..." for operators
    const char *server_key; // Z85, 40 characters; NULL for an ipc endpoint
    const char *role;       // "provider", "team", ...: for the reader; the council decides
    const char *worker;     // default worker that a desk speaks for
    const char *team;       // default team
};

// Makes a key pair and writes the profile (mode 0600, never over an existing file).  public_key
// gets the 40 characters to send to the council.  why, when not NULL, gets words on failure.
TRIAGE_API enum triage_status triage_enrol(const char *path, const struct triage_enrolment *e,
                                           char public_key[41], char *why, size_t why_size);
// A Z85 key pair for other uses, such as a server's.
TRIAGE_API void triage_keypair(char public_key[41], char secret_key[41]);
// $TRIAGE_PROFILE, or triage/default.yaml in the user's configuration folder.  triage_free it.
TRIAGE_API char *triage_profile_default_path(void);

// ---- A client ---------------------------------------------------------------------------------

// Opens by profile (NULL: the default one).  Nothing is sent yet.  On failure *out is NULL and why,
// when not NULL, gets words.
TRIAGE_API enum triage_status triage_open(struct triage_client **out, const char *profile_path,
                                          char *why, size_t why_size);
// An operator's client, on the daemon's local socket: "ipc:///run/triaged/operator.sock".
TRIAGE_API enum triage_status triage_open_local(struct triage_client **out, const char *endpoint,
                                                char *why, size_t why_size);
TRIAGE_API void triage_close(struct triage_client *c); // what waits in an outbox stays there
TRIAGE_API void triage_set_timeout_ms(struct triage_client *c, uint32_t ms); // 10000 unless told
TRIAGE_API enum triage_status triage_set_worker(struct triage_client *c, const char *worker);
TRIAGE_API const char *triage_profile_value(const struct triage_client *c, const char *name);
// Makes the blocking call of another thread or of a signal's victim return; signal-safe.
TRIAGE_API void triage_interrupt(struct triage_client *c);
// A sentence for a person about the last failure; valid until the next call.
TRIAGE_API const char *triage_last_error(const struct triage_client *c);
// The council's name and number, from the last hello, also of an earlier run; "" when none yet.
TRIAGE_API const char *triage_council(const struct triage_client *c);
TRIAGE_API const char *triage_council_telephone(const struct triage_client *c);

// Reaches the server and reads its hello anew; on failure says which of network, our key, the
// server's key or encryption is wrong, at once rather than by waiting.
TRIAGE_API enum triage_status triage_ping(struct triage_client *c, uint32_t *round_trip_us);
// The last hello as JSON (principal, role, area, limits, clock, teams); NULL when none.
TRIAGE_API char *triage_server_json(const struct triage_client *c);

// Field problems of the last answer.  refused: it cannot be stored so; else it will be asked.
TRIAGE_API size_t triage_problem_count(const struct triage_client *c);
TRIAGE_API const char *triage_problem_field(const struct triage_client *c, size_t i);
TRIAGE_API const char *triage_problem_code(const struct triage_client *c, size_t i);
TRIAGE_API const char *triage_problem_text(const struct triage_client *c, size_t i);
TRIAGE_API bool triage_problem_refused(const struct triage_client *c, size_t i);

// ---- Concerns ---------------------------------------------------------------------------------

// Field names are those of proto/triage/v1/concern.proto, dotted: "adults[0].nhs_number"; values
// as in its JSON.  INVALID: there is no such field, or it cannot hold that; nothing changed then.
TRIAGE_API struct triage_concern *triage_concern_new(void); // with a key of its own (UUIDv7)
TRIAGE_API enum triage_status triage_concern_set(struct triage_concern *n, const char *field,
                                                 const char *utf8);
// From JSON: a SafeguardingConcern, or {"key", "kind", "danger_now", "on_behalf_of", "concern":
// {...}}. Unknown or wrong fields are refused; why gets "adults[0].nhs_number: expected a string".
TRIAGE_API enum triage_status triage_concern_from_json(struct triage_concern **out,
                                                       const char *json, size_t len, char *why,
                                                       size_t why_size);
TRIAGE_API char *triage_concern_to_json(const struct triage_concern *n); // triage_free it
// 36 characters.  Store it before the first send, unless an outbox does.
TRIAGE_API const char *triage_concern_key(const struct triage_concern *n);
TRIAGE_API enum triage_status triage_concern_set_key(struct triage_concern *n, const char *uuid);
// What kind of referral it is, as in the schema: "dols_request".  Without it, a safeguarding
// concern.
TRIAGE_API enum triage_status triage_concern_set_kind(struct triage_concern *n, const char *kind);
// A principal that this client's key may act for.
TRIAGE_API enum triage_status triage_concern_on_behalf_of(struct triage_concern *n,
                                                          const char *principal);
TRIAGE_API void triage_concern_free(struct triage_concern *n);

// ---- Sending concerns -------------------------------------------------------------------------

// receipt: valid until the callback returns; NULL when there is none.
typedef void triage_receipt_fn(void *user, enum triage_status s, const char *key,
                               const struct triage_receipt *receipt);
// Once for each concern that has had no receipt for 60 s (danger yes or not known) or 15 min.
// sentence: "NOT RECEIVED - ring ...".  Sending goes on.
typedef void triage_not_received_fn(void *user, const char *key, const char *sentence);

// Sends and waits.  OK or DUPLICATE: it is on the council's disk and the rules have run.
// *receipt is valid until the next call; it may be NULL.
TRIAGE_API enum triage_status triage_submit(struct triage_client *c, const struct triage_concern *n,
                                            const struct triage_receipt **receipt);
// Without waiting: done runs within a later triage_dispatch.  BUSY: the window is full, dispatch
// first.  The concern may be freed at once.  Retries until answered or closed.
TRIAGE_API enum triage_status triage_submit_async(struct triage_client *c,
                                                  const struct triage_concern *n,
                                                  triage_receipt_fn *done, void *user);
// Many at once, keeping the window full; returns when all are answered or the time is up.  done
// runs for every one, with TIMEOUT for those without an answer.
TRIAGE_API enum triage_status triage_submit_all(struct triage_client *c,
                                                struct triage_concern *const *n, size_t count,
                                                triage_receipt_fn *done, void *user);
TRIAGE_API void triage_set_window(struct triage_client *c, uint32_t outstanding); // 1000; <= 4000
TRIAGE_API void triage_on_not_received(struct triage_client *c, triage_not_received_fn *fn,
                                       void *user);
// The council's sentence for a concern that this program will not send any more.
TRIAGE_API const char *triage_not_received_sentence(const struct triage_client *c);
// The same rules on these words; nothing is kept.  *json: a DryRunReply.
TRIAGE_API enum triage_status triage_dry_run(struct triage_client *c,
                                             const struct triage_concern *n, char **json);

// Keeps every concern encrypted in this folder, on disk before its first send, until its receipt
// (and seven days longer, so that a council that restored a backup can be given it again).  What
// an earlier run left there is sent, done told.  One process at a time has a folder.
TRIAGE_API enum triage_status triage_outbox_open(struct triage_client *c, const char *folder,
                                                 triage_receipt_fn *done, void *user);
TRIAGE_API size_t triage_waiting_count(const struct triage_client *c); // concerns without receipt

TRIAGE_API size_t triage_receipt_adult_count(const struct triage_receipt *r);
TRIAGE_API const char *triage_receipt_reference(const struct triage_receipt *r, size_t adult);
TRIAGE_API const char *triage_receipt_colour(const struct triage_receipt *r, size_t adult);
TRIAGE_API int64_t triage_receipt_decide_by_ms(const struct triage_receipt *r, size_t adult);
TRIAGE_API int64_t triage_receipt_received_ms(const struct triage_receipt *r);
// What to do if someone is in danger: show it.  "" when there is none.
TRIAGE_API const char *triage_receipt_advice(const struct triage_receipt *r);
TRIAGE_API char *triage_receipt_json(const struct triage_receipt *r); // triage_free it

// ---- Files ------------------------------------------------------------------------------------

// Names a file of this machine in the concern, by what is in it.  ARGUMENT with words in why: it
// cannot be read, is empty, or its ending is none that councils take.  Its bytes are sent by
// triage_attach once there is a reference.
TRIAGE_API enum triage_status triage_concern_attach(struct triage_concern *n, const char *path,
                                                    char *why, size_t why_size);
typedef void triage_progress_fn(void *user, uint64_t done_bytes, uint64_t of_bytes);
// Sends a file to a case of this sender, where an earlier call broke off; what the concern did not
// name is added to it first.  *json (may be NULL): a CaseFile; triage_free it.  progress may be
// NULL.
TRIAGE_API enum triage_status triage_attach(struct triage_client *c, const char *reference,
                                            const char *path, triage_progress_fn *progress,
                                            void *user, char **json);
// A desk reads file `number` of a case into `out`, which is open for reading and writing; the
// reason is kept.  before_scan: although the virus scanner has not seen it.  The digest is checked.
TRIAGE_API enum triage_status triage_fetch(struct triage_client *c, const char *reference,
                                           uint32_t number, const char *reason, bool before_scan,
                                           FILE *out, triage_progress_fn *progress, void *user,
                                           char **json);

// ---- Notices ----------------------------------------------------------------------------------

// Follows this referrer's notices.  after: the cursor of the last notice stored safely, "0" from
// the first, NULL from the last one receipted.  Nothing is missed over a lost connection, and
// after a council's restore the older ones come again.
TRIAGE_API enum triage_status triage_follow(struct triage_client *c, const char *after);
// *out is the caller's (triage_notice_free).  TIMEOUT: none yet.  timeout_ms -1 waits for ever.
TRIAGE_API enum triage_status triage_next(struct triage_client *c, struct triage_notice **out,
                                          int timeout_ms);
// Says that this notice and all before it are stored safely.
TRIAGE_API enum triage_status triage_notice_receipt(struct triage_client *c,
                                                    const struct triage_notice *n);
// Says that a person has read it.
TRIAGE_API enum triage_status triage_notice_read(struct triage_client *c,
                                                 const struct triage_notice *n, const char *reader);
TRIAGE_API const char *triage_notice_cursor(const struct triage_notice *n); // opaque: store it
TRIAGE_API const char *triage_notice_reference(const struct triage_notice *n);
TRIAGE_API const char *triage_notice_code(const struct triage_notice *n); // "not_met"
TRIAGE_API const char *triage_notice_title(const struct triage_notice *n);
TRIAGE_API const char *triage_notice_text(const struct triage_notice *n);
TRIAGE_API int64_t triage_notice_at_ms(const struct triage_notice *n);
TRIAGE_API char *triage_notice_json(const struct triage_notice *n); // triage_free it
TRIAGE_API void triage_notice_free(struct triage_notice *n);

// ---- Everything else --------------------------------------------------------------------------

// Any request of proto/triage/v1/envelope.proto by its name ("status", "claim", "decide",
// "overview"), its body as JSON (NULL: {}), the answer's Reply as JSON (triage_free it; may be
// NULL).  What changes a case gets its command id here, kept over all resends.
TRIAGE_API enum triage_status triage_request(struct triage_client *c, const char *command,
                                             const char *json_in, char **json_out);
typedef void triage_reply_fn(void *user, enum triage_status s, const char *json);
TRIAGE_API enum triage_status triage_request_async(struct triage_client *c, const char *command,
                                                   const char *json_in, triage_reply_fn *done,
                                                   void *user);
// Follows a team's queue; each *json is a QueuePush (triage_free it).  Timeout -1: for ever, 0:
// only what is there.
TRIAGE_API enum triage_status triage_follow_queue(struct triage_client *c, const char *team);
// The whole board: FollowQueueRequest.held.  A push that says "first" begins anew, after a
// reconnection too; "listed" says that all of it has now been told.
TRIAGE_API enum triage_status triage_follow_board(struct triage_client *c, const char *team);
TRIAGE_API enum triage_status triage_next_queue(struct triage_client *c, char **json,
                                                int timeout_ms);

// ---- In an event loop -------------------------------------------------------------------------

// Poll triage_fd for reading, for at most triage_next_deadline_ms (ask anew before every poll; -1:
// no limit), then call triage_dispatch.  The descriptor stays the same over reconnections.
TRIAGE_API int triage_fd(const struct triage_client *c);
TRIAGE_API int triage_next_deadline_ms(const struct triage_client *c);
TRIAGE_API enum triage_status triage_dispatch(struct triage_client *c);

#ifdef __cplusplus
}
#endif
#endif

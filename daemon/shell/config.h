// config.h - every setting of the daemon: one table makes the struct, the defaults, the limits, the
// file that --init writes and what --print-config tells.
#ifndef TRIAGED_CONFIG_H
#define TRIAGED_CONFIG_H

#include "desk.h"
#include "fault.h"

#include <stdio.h>

#define CONFIG_TEXT_MAX 256

// X(name, default, meaning).  Relative paths, also behind ipc://, start at the file's own folder.
#define CONFIG_TEXTS(X)                                                                         \
    X(area, "", "id of the council's area: small letters, digits, hyphens; must be given")      \
    X(intake_endpoint, "tcp://0.0.0.0:7301", "where providers, partners and police connect")    \
    X(desk_endpoint, "tcp://0.0.0.0:7302", "where teams, managers and auditors connect")        \
    X(operator_endpoint, "ipc://run/operator.sock",                                             \
      "local socket of operators, guarded by its mode")                                         \
    X(ops_address, "127.0.0.1", "loopback address of /healthz, /readyz and /metrics")           \
    X(ledger_dir, "ledger", "folder of the ledger; made when it is missing")                    \
    X(policy_dir, "policy", "folder of the policy pack that the area begins with")              \
    X(packs_dir, "packs", "folder of packs that managers may put in force, a folder each")      \
    X(principals_dir, "principals", "folder of ID.yaml files: who may connect, with which key") \
    X(workers_dir, "workers", "folder of ID.yaml files: the people who may act")                \
    X(server_key_file, "keys/server.key", "secret key of the daemon (CURVE)")                   \
    X(master_key_file, "keys/master.key", "key that wraps every key of the ledger")             \
    X(area_secret_file, "keys/area.key", "keys references and hashes; never changes")           \
    X(checkpoint_key_file, "keys/checkpoint.key",                                               \
      "key that signs checkpoints (Ed25519); without the file nothing is signed")               \
    X(checkpoints_dir, "checkpoints",                                                           \
      "folder of signed checkpoints and the list of erasures: copy it elsewhere")               \
    X(backups_dir, "backups", "folder of the backups that `triage ledger backup` asks for")     \
    X(ballast_file, "ledger/ballast", "file to delete when the disk is full; empty for none")   \
    X(paging_command, "",                                                                       \
      "program run out of hours for a red that nobody took: REFERENCE COLOUR ATTEMPT; empty: "  \
      "none")                                                                                   \
    X(clamd, "", "socket of the virus scanner (clamd) that files are shown to; empty: none")    \
    X(user, "", "account to become when started by root; empty: stay")                          \
    X(log_level, "info", "debug, info, warning or error")

// X(name, default, least, most, meaning).
#define CONFIG_NUMBERS(X)                                                                          \
    X(ops_port, 7303, 0, 65535, "port of /healthz, /readyz and /metrics; 0 for none")              \
    X(drain_seconds, 30, 1, 600, "longest wait for work in hand after SIGTERM")                    \
    X(low_water_bytes, 268435456, 0, 1099511627776, "below so much free disk intake answers BUSY") \
    X(ballast_bytes, 67108864, 0, 1099511627776, "size of the ballast file")                       \
    X(connections_max, 10000, 16, 100000, "connections at once, all listeners together")           \
    X(connection_bytes_max, 16777216, 1048576, 1073741824,                                         \
      "bytes that one connection may have sent without completing a message that we took")         \
    X(descriptors_reserve, 128, 32, 4096, "file descriptors kept back from connections")           \
    X(backlog, 1024, 16, 65535, "connections waiting to be accepted, each listener")               \
    X(receive_queue_max, 1000, 1, 100000, "messages of one connection waiting to be read")         \
    X(send_queue_max, 1000, 1, 100000, "messages to one connection waiting to be sent")            \
    X(handshake_ms, 5000, 500, 60000, "longest handshake")                                         \
    X(probe_seconds, 10, 1, 3600, "the host of a silent connection is asked so often")             \
    X(silence_seconds, 30, 2, 86400, "a connection whose host is silent so long is closed")        \
    X(turn_messages_max, 32, 1, 4096, "messages read from one listener in one turn")               \
    X(checkpoint_minutes, 60, 0, 10080,                                                            \
      "a checkpoint is written so often, and at the end; 0 for none")                              \
    X(policy_by_reload, 0, 0, 1,                                                                   \
      "1: what changed in policy_dir comes into force by a start or reload, without two "          \
      "managers: "                                                                                 \
      "for trying rules out")                                                                      \
    X(io_threads, 1, 1, 16, "threads for encryption and sockets")                                  \
    X(core_dumps, 0, 0, 1, "1 allows core dumps, which hold personal data: for a test bench only")

#define CONFIG_TEXT_FIELD(name, dflt, help)                char name[CONFIG_TEXT_MAX];
#define CONFIG_NUMBER_FIELD(name, dflt, least, most, help) int64_t name;
struct config {
    char path[CONFIG_TEXT_MAX]; // of the file
    CONFIG_TEXTS(CONFIG_TEXT_FIELD)
    CONFIG_NUMBERS(CONFIG_NUMBER_FIELD)
    struct desk_limits limits;
};
#undef CONFIG_TEXT_FIELD
#undef CONFIG_NUMBER_FIELD

void config_defaults(struct config *c);
// Defaults, then the file.  Then config_set for --set, then config_finish: checks what the settings
// say together and makes paths absolute.  Each adds to `p` and fails whole with ERR_CONFIG.
enum err config_read(struct config *c, const char *path, struct faults *p);
enum err config_set(struct config *c, const char *assignment, struct faults *p); // "name=value"
enum err config_finish(struct config *c, struct faults *p);
// YAML that config_read reads back to the same settings, each with meaning, default and limits.
// When `defaults_as_comments`, what equals its default is written as a comment.
void config_print(const struct config *c, FILE *out, bool defaults_as_comments);
// The name of the first setting that differs and cannot change while running; NULL for none.
const char *config_frozen_difference(const struct config *a, const struct config *b);

#endif

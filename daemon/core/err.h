// err.h - every way an operation can fail.  0 is success; the rest are negative.
// The reply on the wire, the log line and the command line use the same word (err_word).
// A refusal the guidance asks for ("below threshold") is a decision, not an error.
#ifndef TRIAGED_ERR_H
#define TRIAGED_ERR_H

#define ERR_LIST(X)                                                            \
    X(ERR_MALFORMED, -1, "malformed", "the message cannot be decoded")         \
    X(ERR_INVALID, -2, "invalid", "a field holds what cannot be stored")       \
    X(ERR_FORBIDDEN, -3, "forbidden", "this principal may not do this")        \
    X(ERR_NOT_FOUND, -4, "not_found", "there is nothing here by that name")    \
    X(ERR_BUSY, -5, "busy", "full for now, send the same again later")         \
    X(ERR_TOO_LARGE, -6, "too_large", "larger than the stated limit")          \
    X(ERR_CONFLICT, -7, "conflict", "someone else changed it first")           \
    X(ERR_KEY_REUSED, -8, "key_reused", "the same key with other content")     \
    X(ERR_KEY_UNKNOWN, -9, "key_unknown", "the public key is not enrolled")    \
    X(ERR_VERSION, -10, "version", "this protocol version is not spoken here") \
    X(ERR_UNAVAILABLE, -11, "unavailable", "not now, send the same again")     \
    X(ERR_NO_MEMORY, -12, "no_memory", "a stated memory limit is reached")     \
    X(ERR_IO, -13, "io", "the disk or the network failed")                     \
    X(ERR_CORRUPT, -14, "corrupt", "what was read is not what was written")    \
    X(ERR_POLICY, -15, "policy", "the policy pack cannot be used")             \
    X(ERR_CONFIG, -16, "config", "the configuration cannot be used")           \
    X(ERR_FENCED, -17, "fenced", "another daemon owns this area")              \
    X(ERR_LOCKED, -18, "locked", "another process has this open")

#define ERR_ENUM(name, value, word, text) name = (value),
enum err { OK = 0, ERR_LIST(ERR_ENUM) };
#undef ERR_ENUM

// The stable word ("key_reused") and the sentence for it; "ok" and "done" for 0.
const char *err_word(enum err e);
const char *err_text(enum err e);

#endif

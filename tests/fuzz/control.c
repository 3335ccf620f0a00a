// control.c - faults on purpose, one for each control target: what stands in for a function of the
// product (the linker's --wrap puts it there) and the mistake that it makes.
#include "check.h"

#ifdef FAULT_reader_bytes
#include "reader.h"

// Believes the length that stands before a run of bytes: a read beyond the end of the message.
bool __wrap_reader_bytes(struct reader *r, struct bytes *out);
bool __wrap_reader_bytes(struct reader *r, struct bytes *out)
{
    uint64_t len;
    if (!reader_varint(r, 5, &len)) return false;
    *out = bytes_of(r->at, (size_t)len);
    r->at += len;
    return true;
}
#endif

#ifdef FAULT_writer_sint_always
#include "writer.h"

// Leaves out a field that was set to zero: what the case was before shines through.
void __real_writer_sint_always(struct writer *w, uint32_t number, int64_t v);
void __wrap_writer_sint_always(struct writer *w, uint32_t number, int64_t v);
void __wrap_writer_sint_always(struct writer *w, uint32_t number, int64_t v)
{
    if (v) __real_writer_sint_always(w, number, v);
}
#endif

#ifdef FAULT_op_test
#include "feel_eval.h"

// Lets an unknown input meet a test: missing data would meet a threshold.
enum ternary __real_op_test(struct value input, struct value e, unsigned kind);
enum ternary __wrap_op_test(struct value input, struct value e, unsigned kind);
enum ternary __wrap_op_test(struct value input, struct value e, unsigned kind)
{
    enum ternary const t = __real_op_test(input, e, kind);
    return t == TERNARY_UNKNOWN ? TERNARY_TRUE : t;
}
#endif

// fuzz.h - what the targets share.  A target takes bytes, hands them to one decoder of the product
// and CHECKs what must hold of whatever was taken; the sanitizers watch the rest.
#ifndef TRIAGED_FUZZ_H
#define TRIAGED_FUZZ_H

#include "bytes.h"
#include "check.h"

#include <protobuf-c/protobuf-c.h>
#include <stdio.h>

// What libFuzzer calls, and what it offers.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

// The message that a target decodes: mutate.c then changes fields, not bytes.
extern const ProtobufCMessageDescriptor *const fuzz_message;

// In a message that was taken: no text is anything but UTF-8 without NUL, by another's judgement
// than the product's.
void fuzz_check_texts(const ProtobufCMessage *m);
void fuzz_check_utf8(const char *text, size_t len);

// The bytes as a file of this process's own folder, in memory where the machine has such; gives its
// path, kept until the next call with that name.  NULL data: there shall be no such file.
const char *fuzz_file(const char *name, const void *data, size_t len);
const char *fuzz_folder(void);
// The bytes as text that ends with NUL, to be freed.
char *fuzz_text(const uint8_t *data, size_t len);
// A stream into the void.
FILE *fuzz_nowhere(void);

#endif

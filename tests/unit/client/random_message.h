// random_message.h - any message with random contents, by its descriptor.
#ifndef TEST_RANDOM_MESSAGE_H
#define TEST_RANDOM_MESSAGE_H

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

// The same seed gives the same message.  Free with protobuf_c_message_free_unpacked.
ProtobufCMessage *random_message(const ProtobufCMessageDescriptor *d, uint64_t *seed);
uint64_t random_next(uint64_t *seed);

#endif

/*
 * tests/support/h2.h - HTTP/2 frames, and the gRPC messages within, read as bytes pass by;
 * and frames written.
 *
 * A reader holds no bytes: it says what the next ones are. Nothing here is trusted to be
 * sensible, and nothing is allocated. Tests and benchmarks only; no thread of its own.
 * Protocol: RFC 9113 sections 3.4, 4.1 and 6; gRPC over HTTP/2, Length-Prefixed-Message.
 */
#ifndef TESTS_SUPPORT_H2_H
#define TESTS_SUPPORT_H2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define H2_PREFACE 24 /* bytes a client sends before its first frame */
#define H2_HEAD 9     /* bytes of a frame's head */
#define H2_MESSAGE_HEAD 5

enum h2_type {
    H2_DATA,
    H2_HEADERS,
    H2_PRIORITY,
    H2_RST_STREAM,
    H2_SETTINGS,
    H2_PUSH_PROMISE,
    H2_PING,
    H2_GOAWAY,
    H2_WINDOW_UPDATE,
    H2_CONTINUATION
};

enum h2_flag { H2_END_STREAM = 1, H2_ACK = 1, H2_END_HEADERS = 4, H2_PADDED = 8 };

struct h2_frame {
    size_t length; /* of the payload */
    uint8_t type, flags;
    uint32_t stream;
};

/* What bytes are. */
enum h2_part { H2_PART_PREFACE, H2_PART_HEAD, H2_PART_PAYLOAD };

/* Of one direction. To begin with all zero, but for the direction from the client: preface
 * is H2_PREFACE there. */
struct h2_reader {
    size_t preface; /* bytes still to come */
    uint8_t head[H2_HEAD];
    size_t head_len;
    struct h2_frame frame; /* the one that is read, once its head is whole */
    size_t left;           /* of its payload */
};

/* How many of the n (not 0) bytes belong together, and to what; the reader is past them
 * then. A head is whole once h2_head_whole(), a frame once h2_frame_whole(). */
size_t h2_read(struct h2_reader *r, const uint8_t *data, size_t n, enum h2_part *part);
bool h2_head_whole(const struct h2_reader *r);
bool h2_frame_whole(const struct h2_reader *r);

/* gRPC messages within the DATA payloads of one stream and direction. All zero at first. */
struct h2_messages {
    uint8_t head[H2_MESSAGE_HEAD];
    size_t head_len;
    size_t left; /* of the message */
};

/* The same for a message: H2_PART_HEAD or H2_PART_PAYLOAD; whole at its last byte. */
size_t h2_message_read(struct h2_messages *m, const uint8_t *data, size_t n,
                       enum h2_part *part);
bool h2_message_whole(const struct h2_messages *m);

/* Writes a head; returns H2_HEAD. */
size_t h2_head(uint8_t out[H2_HEAD], const struct h2_frame *f);

#endif

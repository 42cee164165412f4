/*
 * model/java_type.h - the types of columns as a server names them, which are Java's.
 *
 * What can be done with a column depends on its type there, and not on how its values
 * travel: what each operation takes is said by these. Pure. Protocol: "deephaven:type" of a
 * field's metadata.
 */
#ifndef MODEL_JAVA_TYPE_H
#define MODEL_JAVA_TYPE_H

#include <stdbool.h>

enum java_type {
    JAVA_OBJECT, /* any other: known by its text */
    JAVA_BYTE,
    JAVA_SHORT,
    JAVA_INT,
    JAVA_LONG,
    JAVA_FLOAT,
    JAVA_DOUBLE,
    JAVA_CHAR,
    JAVA_BOOLEAN,
    JAVA_BIG_INTEGER,
    JAVA_BIG_DECIMAL,
    JAVA_STRING,
    JAVA_INSTANT,
    JAVA_ZONED_DATE_TIME,
    JAVA_LOCAL_DATE,
    JAVA_LOCAL_TIME,
    JAVA_DURATION,
    JAVA_PERIOD,
    JAVA_LIST /* arrays, and the server's vectors */
};

/* Of the whole name of a class or a primitive; boxed ones are the same. */
enum java_type java_type_of(const char *name);

/* Of its own size, and signed: byte to double. */
bool java_type_is_primitive_number(enum java_type t);

#endif

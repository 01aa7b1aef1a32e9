/* build.h -- what every builder does: check, add a node, connect it, say what its config says.
 *
 * After a mistake builders go on with the stream they were given, so that programs need no checks;
 * weir_run() then reports the first mistake and runs nothing.
 */
#ifndef CORE_API_BUILD_H
#define CORE_API_BUILD_H

#include "api/job.h"

/* Output `tag` of a node, not keyed. */
struct weir_stream *build_stream(struct weir_job *job, uint32_t node, uint32_t tag,
                                 const struct weir_schema *type);
/* What is returned after a mistake. */
struct weir_stream *build_wrong(struct weir_stream *s);

/* The same stream on another way to whoever reads it. */
struct weir_stream *build_shipped(struct weir_here here, struct weir_stream *s, enum ship ship);

struct node *build_node(struct weir_job *job, struct weir_here here, const char *class_name,
                        const char *name, const struct weir_schema *out);
/* Connect all parts of `s` to a new node; NULL after a mistake that leaves nothing to build on. */
struct node *build_after(struct weir_stream *s, struct weir_here here, const char *class_name,
                         const char *name, const struct weir_schema *out);
/* The same with `second` as the node's second input. */
struct node *build_after_two(struct weir_stream *first, struct weir_stream *second,
                             struct weir_here here, const char *class_name,
                             const struct weir_schema *out);
void *build_config(struct weir_job *job, struct node *n, const void *config, size_t bytes);
void build_constants(struct weir_job *job, struct node *n, const void *with, uint32_t bytes);
/* What the config says becomes part of the graph's hash, one number or text at a time. */
void build_say(struct node *n, uint64_t value);
void build_say_text(struct node *n, const char *text);

void build_check_schema(struct weir_job *job, struct weir_here here, const struct weir_schema *s);
void build_check_function(struct weir_job *job, struct weir_here here, bool is_there,
                          const char *what);
void build_check_states(struct weir_stream *s, struct weir_here here,
                        const struct weir_state *state);
/* And whether they are to be united at a restore. */
void build_say_states(struct node *n, const struct weir_state *state);
/* A relative path of an output: short, without '..' and hidden parts. */
bool build_output_is_sound(const char *path);
/* Index of a column, or -1 after a mistake that names the nearest one. */
int build_column(struct weir_stream *s, struct weir_here here, const char *name);

/* When the program is whole: where bad rows are dead letters, a sink for those of each source. */
void build_dead_letters(struct weir_job *job);

#endif

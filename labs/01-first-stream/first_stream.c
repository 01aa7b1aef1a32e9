/* Flights of 100 miles and more, each with how late it was: early, on time, late, very late. */
#include "weir.h"

#define FLIGHT(C) C(STRING, origin) C(STRING, destination) C(INT, distance_mi) C(INT, delay_min)
#define DELAY(C) C(STRING, origin) C(STRING, destination) C(STRING, delay)
WEIR_ROW(flight, FLIGHT)
WEIR_ROW(delay, DELAY)

bool is_no_hop(struct weir_ctx *c, const struct weir_row *row);
void classify(struct weir_ctx *c, const struct weir_row *row);
struct weir_stream *delays(struct weir_job *job);

/* TODO
 *
 *     bool is_no_hop(struct weir_ctx *c, const struct weir_row *row)
 *
 * Say whether the flight is 100 miles or longer. flight_of(row) gives the row as a
 * struct; it borrows, so it is valid until you return.
 */

/* TODO
 *
 *     void classify(struct weir_ctx *c, const struct weir_row *row)
 *
 * Emit one row for the flight: origin, destination and how late it was. delay_min < 0 is
 * "early", < 15 "on time", < 60 "late", else "very late". A text is a struct weir_text:
 * where it begins and how many bytes it has.
 */

/* TODO
 *
 *     struct weir_stream *delays(struct weir_job *job)
 *
 * Build the graph: read datasets/flights.csv as rows of flight_schema (weir_csv), keep
 * those for which is_no_hop says yes (weir_filter), and map them with classify to rows of
 * delay_schema (weir_map). Return the stream.
 */

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "first stream");

    weir_print(delays(job), "delay");
    return weir_run(job);
}

/* flight.h -- a row of datasets/flights.csv. */
#ifndef TESTS_JOBS_FLIGHT_H
#define TESTS_JOBS_FLIGHT_H

#include "weir.h"

#define FLIGHT(C)                                                                                  \
    C(BIGINT, flight_id)                                                                           \
    C(TIMESTAMP, event_time)                                                                       \
    C(TIMESTAMP, report_time)                                                                      \
    C(STRING, origin) C(STRING, destination) C(INT, distance_mi) C(INT, delay_min)
WEIR_ROW(flight, FLIGHT)

#endif

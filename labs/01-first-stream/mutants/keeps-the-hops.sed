# the filter keeps what it should drop
# kills: data-1
s/distance_mi >= 100/distance_mi < 100/

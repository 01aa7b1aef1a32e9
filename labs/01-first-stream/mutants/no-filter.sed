# the filter is forgotten
# kills: data-1
s/weir_filter(flights, is_no_hop)/flights/

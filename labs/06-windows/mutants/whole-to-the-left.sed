# a time on a border before 1970 belongs to the window that ends there
# kills: before-1970
s/rest >= 0 ?/rest > 0 || event_ms >= 0 ?/

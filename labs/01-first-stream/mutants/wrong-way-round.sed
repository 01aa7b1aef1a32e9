# origin and destination change places
# kills: data-1
s/.origin = f.origin,/.origin = f.destination,/

"""What we claim about speed and size, as programs that anybody can run: `make bench`."""

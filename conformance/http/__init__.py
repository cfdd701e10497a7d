"""HTTP as it goes over the wire: the one package that opens sockets."""

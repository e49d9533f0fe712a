"""What a deployment may change: typed settings per process, protocols, deny words, SQL grants."""

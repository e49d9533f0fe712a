"""Pages for reaching her by voice, and for what is safe."""

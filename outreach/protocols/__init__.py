"""What a jurisdiction's protocol asks for at each level, and changing it with two people."""

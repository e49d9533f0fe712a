"""What is particular to the company that carries texts: its settings, codes, copies."""

"""What the gate weighs and answers with. The gate itself is `outreach.safe_contact`."""

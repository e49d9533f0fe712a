"""What she said: she asked, stop, her code word, her answer for when danger grows."""

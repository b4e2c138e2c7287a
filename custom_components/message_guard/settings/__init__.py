"""What the household has chosen, as it is stored in the entry and its subentries."""

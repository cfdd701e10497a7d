"""Cases are put to a target, and what they changed is put back."""

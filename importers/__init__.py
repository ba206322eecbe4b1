"""What comes in: files of a unit become an accepted submission, or a list of findings."""

"""What crosses each border of Syllabot, spoilt at random, and the rules that hold all the same."""

"""The practice province: registers, the files its units hand in, and the generator that wrote them.

Nothing of the program imports this package; `cli` reads its files. Fictional throughout: people, places, firms,
figures. Insurance rates, dues shares and norms in it are practice figures, not statements of law.
"""

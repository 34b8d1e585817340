"""What a change of a campaign means, before anyone pays: one plan, shown to people in five ways. Pure.

    side                         what one version of a stack declares or holds
    compare plan                 two sides make a plan: what is rendered, replaced, destroyed, and what is seen of it
    strip                        a cut as rows of blocks, coloured by what happens to each
    plain words                  user text made harmless and short; counts and sums in words
    terminal comment page picture document    the plan as text, Markdown, HTML, SVG, JSON

It reads nothing and writes nothing: the command line hands it the sides and puts down what it renders.
"""

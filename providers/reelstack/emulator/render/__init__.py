"""The renderer of the local cloud: a submitted timeline or editing task becomes a playable file.

    plan ── reading, effects, geometry, titles, layout    pure: JSON in, frozen `RenderPlan` out (`model`)
    cuts                                                   pure: pieces joined in order, without a timeline
    probe                                                  facts of a material file
    cover                                                  one picture of the finished video
    encode ── picture (graph), audio, text (fonts)         libavfilter, Pillow and numpy: plan in, file out
    synthesise (music)                                     test pictures and a music bed
    __main__                                               the child process that the worker starts

Only the files handed in as materials are opened; a timeline names keys of that mapping, never a path. Nothing here
knows HTTP, jobs or the clients of the tower.
"""

"""Exchange with editors' tools: a cut in OpenTimelineIO's formats becomes campaign projects, and back.

    library    files ↔ timelines: the only module that loads OpenTimelineIO's adapters, with limits on what it reads
    timing     rational times, kept exact, and timecodes
    media      which id of the media library a file of the editor's stands for
    lay        a timeline as pieces on tracks: nested ones unfolded, each at its exact time
    read       pieces → the projects and sources of a campaign
    write      a project → a timeline
    report     what did not carry over
    proof      what a format dropped: the file is read back

It knows the campaign's models and OpenTimelineIO, which nothing else does, and is an extra: `reelstack[otio]`.
"""

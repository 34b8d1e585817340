"""The program of every stack: declare each campaign file of its directory, publish what comes out."""

import reelstack

reelstack.campaigns()

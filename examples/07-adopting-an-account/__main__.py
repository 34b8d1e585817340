"""Declares the campaign files of this stack, and publishes what comes out."""

import reelstack

reelstack.campaigns()

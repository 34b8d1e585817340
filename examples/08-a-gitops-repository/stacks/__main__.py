"""Declares every campaign file in `campaigns` beside this program, and publishes what comes out."""

import reelstack

reelstack.campaigns()

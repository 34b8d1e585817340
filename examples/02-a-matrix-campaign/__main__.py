"""Declares the campaign files in `campaigns`, and publishes what comes out."""

import reelstack

reelstack.campaigns()

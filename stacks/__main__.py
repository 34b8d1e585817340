"""The program of every stack: declare each file in `campaigns/`, publish what comes out."""

import reelstack

reelstack.campaigns("campaigns")

"""Alibaba Cloud ApsaraVideo VOD, API version 2017-03-21."""

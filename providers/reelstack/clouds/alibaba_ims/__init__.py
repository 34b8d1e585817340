"""Alibaba Cloud Intelligent Media Services (product code ICE), API version 2020-11-09."""

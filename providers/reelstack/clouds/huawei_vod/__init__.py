"""Huawei Cloud VOD, API version 1: editing tasks and the assets that they make."""

"""The IMS room (product code ICE, version 2020-11-09): editing projects, producing jobs, media assets.

routes     which action is answered by which handler
projects, materials, jobs, media     the handlers
submission where a production goes, with which settings; extras: what else is said of it
supply     the objects behind a timeline's materials
templates  templates, merged into timelines; live: live stream projects
events     what the user's receivers are told
answers    records in the wire's spelling
paging     lists by token
state      the records and the desk at which handlers sit
errors     the service's own codes
"""

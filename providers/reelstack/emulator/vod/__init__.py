"""The Alibaba VOD room (version 2017-03-21): editing projects, their productions, and the media library.

routes     which action is answered by which handler
projects, materials, production, videos, search     the handlers
content    what a production is made of, and what is wrong with it
match      the language of SearchMedia's filter
stages     what becomes of a video after its production
answers    records in the wire's spelling
state      the records and the desk at which handlers sit
errors     the service's own codes
"""

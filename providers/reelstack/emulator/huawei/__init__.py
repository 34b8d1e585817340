"""The Huawei Cloud VOD room: editing tasks and assets over REST, with a gateway and an identity service of its own.

    routes    which method and path is which operation      gateway   authentication, limits, faults, journal
    verify    SDK-HMAC-SHA256; iam: tokens; keys: who may enter
    tasks     create, list, cancel; submission: what a task is made of
    assets    details, info, list, delete; answers: their shapes
    state     what the room remembers                       call, errors   parameters and error codes

Where the service's documents leave something open, the docstring of the module that decides it says so.
"""

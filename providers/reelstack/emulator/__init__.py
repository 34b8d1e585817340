"""The local cloud: speaks the clouds' wire protocols on a loopback port and renders for real.

A second opinion on the clouds: it shares no code with the clients and imports nothing of ours but `clock`.

    daemon    start, stop, status of a folder's cloud          __main__, server, folder   the process, its lock
    app       the ASGI application, also called in process      cloud              everything put together
    gateway   signature, limits, faults, journal in front of the Alibaba rooms; verify, rpc_v1, params, errors serve it
    callbacks events for the user's own receivers on this machine
    ims/, vod/   the rooms of IMS and VOD: routes, handlers, state, errors
    huawei/   the room of Huawei Cloud VOD, with a gateway, signatures and an identity service of its own
    timeline, stand_ins   what a timeline uses and how long it is; what stands in for media that nobody registered
    lifecycle how productions move; worker renders them, sources makes what nobody registered, render/ does the work
    control   the control room: reset, seed, settings, faults, journal, own media
    store, objects, facts, ids, limits, journal, settings       the ground of all rooms

Times, randomness and child processes are arguments of `cloud.Cloud`. For development and tests only.
"""

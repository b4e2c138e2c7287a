"""Hooks: everything that relies on a part of Home Assistant which nobody has promised to keep.

One module for each thing that is needed, named for it. Its docstring says which file of Home Assistant it relies on, since
which version, and what happens when that part is gone: a doubt is a refusal where a message could leave, and whatever is
no message goes on as without us. A hook hands out what it finds, and decides nothing; it imports nothing of ours but `core`.

A name that cannot even be imported any more keeps whoever needs it from being loaded. If that is the closed door
(`lockdown.py`), nothing is held; if it is what the guard is made of, the door stays closed. Either way Repairs says that
Message Guard does not run.

`tests/hooks` runs each of them on a real Home Assistant, `scripts/canary` does so on the newest release or beta, and
`tests/hooks/test_nowhere_else.py` holds that nothing outside of here touches such a part.
"""

"""What a process imports of which both apps are forks: all of it, once.

While that goes on nothing is looked through for garbage: there is hardly any, and looking takes a quarter of the time.
What came is then left out of every later look, in the forks too, which share it for as long as nobody touches it.
"""

import gc
from importlib import import_module

gc.disable()
for _name in ("app_shell.command", "app_shell.commands.serving", "resident_app.main", "committee_app.main"):
    import_module(_name)
gc.freeze()
gc.enable()

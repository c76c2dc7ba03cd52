"""Commands and their rendering; no logic. Modules are imported when their command runs, so that ``--help`` is quick."""

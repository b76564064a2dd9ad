"""Reading behind walls: one child per chunk of pages of one file, which may touch nothing else.

`child` is the program inside, `walls` what it stands in, `process` how it is started,
watched and ended, `answers` what it may say, `keeper` what the handlers call.
"""

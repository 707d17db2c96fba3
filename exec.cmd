@rem npm scripts that run for long begin with exec, so that a Ctrl-C reaches them and not a shell in between.
@rem A POSIX shell has it built in. For cmd.exe, which looks in this folder first, it is this file.
@%*

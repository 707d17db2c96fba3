@rem "npm start" is "cd scripts && exec node start.mjs": with exec, a Ctrl-C reaches the program and not a shell in between.
@rem A POSIX shell has it built in. For cmd.exe, which first looks in the folder it is in, it is this file.
@%*

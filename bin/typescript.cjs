// Lets Node load TypeScript by tsx, which otherwise keeps what it compiles in the system's folder for temporary files, under a name
// that anybody can guess: another user of the machine who makes that folder first would choose the code that runs.

process.env.TSX_DISABLE_CACHE = "1";
require("tsx/cjs");

// Sets the folder for tsx's compiled files. Anybody can guess the name of tsx's default folder for temporary files. Another user could
// create that folder first and choose the code that runs.

const { mkdirSync, statSync } = require("node:fs");
const { basename, dirname, join } = require("node:path");

const root = dirname(__dirname);
const modules = basename(dirname(root)) === "node_modules" ? dirname(root) : join(root, "node_modules");
const folder = join(modules, ".cache", "entra-gatehouse", "typescript");
// The variables that name the system's folder for temporary files. tsx reads them while it loads.
const variables = ["TMPDIR", "TEMP", "TMP"];

function isOurs() {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    return process.geteuid === undefined || (uid === process.geteuid() && (mode & 0o022) === 0);
  } catch {
    return false;
  }
}

/**
 * Until the returned function is called, tsx loads with Gatehouse's own cache folder. If that folder cannot be used, tsx loads without a
 * cache.
 */
exports.ownTranspilerCache = () => {
  if (!isOurs()) {
    process.env.TSX_DISABLE_CACHE = "1";
    return () => undefined;
  }
  const before = variables.map((name) => [name, process.env[name]]);
  for (const name of variables) process.env[name] = folder;
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
};

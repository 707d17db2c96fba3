// Chooses the folders for compiled files. Anybody can guess the name of tsx's default folder for temporary files. Another user could create
// that folder first and choose the code that runs.

const { mkdirSync, statSync } = require("node:fs");
const { basename, dirname, join } = require("node:path");

const root = dirname(__dirname);
const modules = basename(dirname(root)) === "node_modules" ? dirname(root) : join(root, "node_modules");
// The variables that name the system's folder for temporary files. tsx reads them while it loads.
const variables = ["TMPDIR", "TEMP", "TMP"];

/** Makes a cache folder in the project. Returns undefined if another user could write into it, or if it cannot be made. */
exports.cacheFolder = (name) => {
  const folder = join(modules, ".cache", "entra-gatehouse", name);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    const isOurs = process.geteuid === undefined || (uid === process.geteuid() && (mode & 0o022) === 0);
    return isOurs ? folder : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Until the returned function is called, tsx loads with Gatehouse's own cache folder. If that folder cannot be used, tsx loads without a
 * cache.
 */
exports.ownTranspilerCache = () => {
  const folder = exports.cacheFolder("typescript");
  if (folder === undefined) {
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

// Lets Node load TypeScript: this repository's own sources as own-sources.cjs does, all other files with tsx, which loads once it is needed.

const { existsSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, sep } = require("node:path");

function loadTsx() {
  const done = require("./transpiler-cache.cjs").ownTranspilerCache();
  require("tsx/cjs");
  done();
}

/** Sends own sources past tsx. @param others returns what loads other files with this ending */
function passOwnSources(others) {
  const { isOwnSource, loadOwnSource } = require("./own-sources.cjs");
  for (const ending of [".ts", ".tsx"]) {
    Module._extensions[ending] = (module, filename) =>
      isOwnSource(filename) ? loadOwnSource(module, filename) : others(ending)(module, filename);
  }
}

if (existsSync(join(dirname(__dirname), "index.ts"))) {
  const { isOwnSource } = require("./own-sources.cjs");
  const { ".js": loadJavaScript } = Module._extensions;
  /** Modules of packages that own sources load. */
  const oursOfPackages = new WeakSet();
  const withTsx = (ending) => {
    // tsx keeps what it finds, and calls it for files that need no change.
    Module._extensions[".js"] = loadJavaScript;
    loadTsx();
    const { ".js": js, ".ts": ts, ".tsx": tsx } = Module._extensions;
    passOwnSources((each) => (each === ".ts" ? ts : tsx));
    // tsx would read what own sources load of packages for the syntax of ES modules, and compile those.
    Module._extensions[".js"] = (module, filename) => {
      const isOurs = !needsTsx(filename) && (isOwnSource(module.parent?.filename ?? "") || oursOfPackages.has(module.parent));
      if (isOurs) oursOfPackages.add(module);
      (isOurs ? loadJavaScript : js)(module, filename);
    };
    return Module._extensions[ending];
  };
  const needsTsx = (filename) => !filename.includes(`${sep}node_modules${sep}`) && !filename.startsWith(__dirname + sep);
  passOwnSources(withTsx);
  // A policy may be JavaScript with the syntax of ES modules.
  Module._extensions[".js"] = (module, filename) => (needsTsx(filename) ? withTsx(".js") : loadJavaScript)(module, filename);
} else {
  loadTsx();
}

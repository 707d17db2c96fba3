// Keeps the code that Node compiles from CommonJS modules: compiling took most of a command's time. Each module has one file in the
// project's cache folder, which counts only for the text that it was made from. Node 22 could do this itself, but not Node 20.

const { createHash } = require("node:crypto");
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, sep } = require("node:path");
const { Script, constants } = require("node:vm");
const { cacheFolder } = require("./transpiler-cache.cjs");

const HASH_BYTES = 20;
const LENGTH_BYTES = 4;
/** Not in a hidden folder, as what is built at each start. */
const dependency = new RegExp(`\\${sep}node_modules\\${sep}[^.]`);
// Only the version of Node that compiled a module can use the code.
const folder = cacheFolder(`code-${process.version}-${process.arch}`);
const hash = (text) => createHash("sha1").update(text).digest();
const rewrites = [];

exports.keptFile = (filename) => folder && join(folder, hash(filename).toString("hex"));

function readKept(file, textHash) {
  let bytes;
  try {
    bytes = readFileSync(file);
  } catch {
    return undefined;
  }
  const start = HASH_BYTES + LENGTH_BYTES;
  if (bytes.length < start || !bytes.subarray(0, HASH_BYTES).equals(textHash)) return undefined;
  const end = start + bytes.readUInt32LE(HASH_BYTES);
  return { script: bytes.utf8Slice(start, end), code: bytes.subarray(end) };
}

/** Replaces a file at once, because another process may be reading it. If that fails, the next process compiles again. */
exports.writeKept = (file, bytes) => {
  try {
    writeFileSync(`${file}.${process.pid}`, bytes, { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {}
};

// At the end, the code has the functions that were called, too.
process.on("exit", () => {
  for (const write of rewrites) write();
});

/** @param toScript returns JavaScript, if the text is something else */
exports.compileModule = (filename, text, toScript) => {
  const file = exports.keptFile(filename);
  const textHash = hash(text);
  const kept = file && readKept(file, textHash);
  const made = toScript && (kept?.script ?? toScript(text));
  const cachedData = kept?.code;
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script(Module.wrap(made ?? text), { filename, cachedData, importModuleDynamically });
  if (file && (kept === undefined || script.cachedDataRejected)) {
    const madeBytes = Buffer.from(made ?? "");
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(madeBytes.length);
    const write = () => exports.writeKept(file, Buffer.concat([textHash, length, madeBytes, script.createCachedData()]));
    // A process or thread may be killed before its end.
    write();
    rewrites.push(write);
  }
  return script.runInThisContext();
};

/** @param find returns the absolute path of what an import names, if that is known without Node's search */
exports.runModule = (module, filename, compiled, find = () => undefined) => {
  // As Node's own `require` of a module, which is not public.
  const requireHere = (id) => {
    const file = find(id);
    const known = file && Module._cache[file];
    return known?.loaded ? known.exports : module.require(file ?? id);
  };
  requireHere.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  requireHere.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  Object.assign(requireHere, { main: process.mainModule, extensions: Module._extensions, cache: Module._cache });
  return compiled.call(module.exports, module.exports, requireHere, module, filename, dirname(filename));
};

/** Keeps the code of dependencies, too. */
exports.keepDependencies = () => {
  const compile = Module.prototype._compile;
  Module.prototype._compile = function compileDependency(text, filename, format) {
    if ((format !== undefined && format !== "commonjs") || !dependency.test(filename)) return compile.call(this, text, filename, format);
    let compiled;
    try {
      compiled = exports.compileModule(filename, text);
    } catch {
      // The module has the syntax of an ES module, or an error that Node reports with its place.
      return compile.call(this, text, filename, format);
    }
    return exports.runModule(this, filename, compiled);
  };
};

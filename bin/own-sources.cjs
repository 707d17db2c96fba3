// Loads this repository's own sources, without tsx: loading tsx and asking it for each file took half of a command's time.

const { existsSync, readFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, extname, join, sep } = require("node:path");
const { compileModule, keepDependencies, keptFile, runModule, writeKept } = require("./code-cache.cjs");

const root = dirname(__dirname) + sep;
const endings = [".ts", ".tsx"];
// All others, such as policies, are loaded by tsx: they may be written in ways that these folders are not.
const folders = new Set(["adapters", "bin", "cli", "console", "engine", "features", "handlers", "lambda", "lib", "local", "simulator"]);
/** Source maps of this process, by file: text, or undefined until it is read. */
const maps = new Map();
/** Files by their paths without endings; undefined for what is no own source. */
const found = new Map();

exports.isOwnSource = (filename) => {
  if (!filename.startsWith(root) || !endings.includes(extname(filename))) return false;
  const path = filename.slice(root.length);
  return path === "index.ts" || folders.has(path.slice(0, path.indexOf(sep)));
};

exports.loadOwnSource = (module, filename) => {
  maps.set(filename, undefined);
  const toScript = (bytes) => {
    const { code, map } = require("esbuild").transformSync(bytes.toString(), {
      loader: extname(filename).slice(1),
      format: "cjs",
      target: "node20",
      platform: "node",
      jsx: "automatic",
      jsxImportSource: "hono/jsx",
      // An `import()` would need the file's extension.
      supported: { "dynamic-import": false },
      sourcefile: filename,
      sourcemap: "external",
      sourcesContent: false,
    });
    maps.set(filename, map);
    const file = keptFile(filename);
    if (file !== undefined) writeKept(`${file}.map`, map);
    return code;
  };
  const folder = dirname(filename);
  const find = (id) => (id.startsWith(".") ? findOwnSource(join(folder, id)) : undefined);
  runModule(module, filename, compileModule(filename, readFileSync(filename), toScript), find);
};

/** Node would first ask for three other endings. @param path without its ending */
function findOwnSource(path) {
  if (!found.has(path))
    found.set(
      path,
      endings.map((ending) => path + ending).find((file) => existsSync(file)),
    );
  return found.get(path);
}

function mapOf(filename) {
  if (!maps.has(filename)) return Module.findSourceMap(filename);
  let map = maps.get(filename);
  if (map === undefined || typeof map === "string") {
    try {
      map = new Module.SourceMap(JSON.parse(map ?? readFileSync(`${keptFile(filename)}.map`, "utf8")));
    } catch {
      map = null;
    }
    maps.set(filename, map);
  }
  return map ?? undefined;
}

/** Names the place in the source, as Node does for files whose source map it knows. */
function describeFrame(frame) {
  const text = String(frame);
  const filename = frame.getFileName();
  const map = filename ? mapOf(filename) : undefined;
  const entry = map?.findEntry(frame.getLineNumber() - 1, frame.getColumnNumber() - 1);
  if (entry?.originalLine === undefined) return text;
  const place = `${filename}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
  return text.replace(place, `${filename}:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
}

keepDependencies();
Error.prepareStackTrace = (error, frames) => [String(error), ...frames.map((frame) => `    at ${describeFrame(frame)}`)].join("\n");

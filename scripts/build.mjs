// Writes dist, which `npm pack` ships: dist/node holds CommonJS with its types; dist/bundle holds ES modules, so that a bundler can leave
// out unused parts. The same sources give the same package, wherever and by whomever it is built.

import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const filesIn = (folder, ending) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const forNode = ["index.ts", "bin/cdk.ts", "bin/entra-gatehouse.ts", "local/start.ts", ...filesIn("local", "-worker.ts")];
const forBundler = [
  "index.ts",
  "adapters/aws/later-web-streams.ts",
  "console/app/no-gates.ts",
  "console/app/no-step.ts",
  "features/no-step-needs.ts",
  "features/step-needs.ts",
  ...filesIn("lambda", ".ts").filter((file) => !file.endsWith(".d.ts")),
  ...filesIn("features", ".lambda.ts"),
];

const common = {
  absWorkingDir: root,
  outbase: ".",
  platform: "node",
  jsx: "automatic",
  jsxImportSource: "hono/jsx",
  logLevel: "warning",
};

const { inputs } = (
  await build({
    ...common,
    entryPoints: [...new Set([...forNode, ...forBundler])],
    bundle: true,
    packages: "external",
    external: ["#gates", "#policy/*", "#step-needs"],
    // A module that several entries load is included only once.
    splitting: true,
    format: "esm",
    outdir: "dist",
    write: false,
    metafile: true,
    // This build writes nothing, so its warning about a `require` is ignored. The CommonJS files of dist/node keep the `require`, and a
    // bundle leaves the `require` out.
    logOverride: { "unsupported-require-call": "silent" },
  })
).metafile;

function reachedFrom(entries) {
  const reached = new Set(entries);
  for (const module of reached) for (const { path, external } of inputs[module].imports) if (!external) reached.add(path);
  return [...reached];
}

/** Sets fixed modes, because npm would otherwise pack modes that depend on the umask. */
function plainModes(path) {
  const stat = statSync(path);
  chmodSync(path, stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644);
  if (stat.isDirectory()) for (const name of readdirSync(path)) plainModes(join(path, name));
}

rmSync(join(root, "dist"), { recursive: true, force: true });
await build({
  ...common,
  entryPoints: reachedFrom(forNode),
  outdir: "dist/node",
  format: "cjs",
  target: "node20",
  // Replaces `import()` by `require`, because `import()` would need the file's extension.
  supported: { "dynamic-import": false },
  // A JSON file stays a file of its own, because the modules require it by name.
  loader: { ".json": "copy" },
});
await build({ ...common, entryPoints: reachedFrom(forBundler), outdir: "dist/bundle", format: "esm", target: "esnext" });

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
const { status } = spawnSync(process.execPath, [tsc, "--singleThreaded", "--project", join(root, "tsconfig.build.json")], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = status ?? 1;

const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const packed = ["package.json", "README.md", "LICENSE", ...files.filter((name) => !/^!|\*/.test(name)), ...filesIn("bin", "js")];
for (const name of packed) plainModes(join(root, name));

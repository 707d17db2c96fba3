import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { packageRoot } from "../lib/app-root";

// This module bundles console/browser/ into the module that the console serves: npm run browser.

export function bundledScript(entry: "adapt" | "enhance"): string {
  const { outputFiles } = buildSync({
    absWorkingDir: packageRoot,
    entryPoints: [`console/browser/${entry}.ts`],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    // Keeps `${…}` out of the bundle: linters would report it as a mistake in the generated string.
    supported: { "template-literal": false },
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

if (process.argv[1] === import.meta.filename) {
  const scripts = (["adapt", "enhance"] as const).map(
    (entry) => `export const ${entry.toUpperCase()} =\n  ${JSON.stringify(bundledScript(entry))};\n`,
  );
  const text = ["// Made of console/browser/ by `npm run browser`.\n\n", ...scripts].join("");
  writeFileSync(join(packageRoot, "console", "style", "browser-scripts.ts"), text);
}

/** What a TypeScript file of the app exports. In the repository whatever runs this loads TypeScript already; in an app nobody may. */
export function loadTypeScript(file: string): unknown {
  if (__filename.endsWith(".ts")) return require(file);
  return (require("tsx/cjs/api") as typeof import("tsx/cjs/api")).require(file, __filename);
}

/** What a TypeScript file of the app exports. In the repository whatever runs this loads TypeScript already; in an app nobody may. */
export function loadTypeScript(file: string): unknown {
  if (__filename.endsWith(".ts")) return require(file);
  return (require("tsx/cjs/api") as typeof import("tsx/cjs/api")).require(file, __filename);
}

/** Why a file of the app could not be loaded: file, line and reason, as far as the error knows them. */
export function whyNotLoaded(file: string, error: unknown): string {
  if (!(error instanceof Error)) return `${file}: ${String(error)}`;
  const line = (error.stack ?? "").split("\n").find((frame) => frame.includes(file));
  const place = line?.slice(line.indexOf(file)).match(/^.*?:\d+(:\d+)?/)?.[0] ?? file;
  return error.message.includes(file) ? error.message : `${place}: ${error.message}`;
}

import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { atSource, sourceMapBeside } from "../../../lib/resources/source-map";

/** Makes error stacks name the places in a function's sources, if its source map lies beside it. */
export function nameSources(file: string): void {
  const map = sourceMapBeside(dirname(file));
  if (map === undefined) return;
  // `require` uses the real path.
  const code = realpathSync(file);
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map((frame) => (frame.getFileName() === code ? atSource(map, String(frame)) : String(frame)));
    return [String(error), ...lines.map((line) => `    at ${line}`)].join("\n");
  };
}

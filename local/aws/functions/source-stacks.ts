import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { atSource, sourceMapBeside } from "../../../lib/resources/source-map";

/** From now on stacks of errors name the places in the sources of a function's code, where its source map lies beside it. */
export function nameSources(file: string): void {
  const map = sourceMapBeside(dirname(file));
  if (map === undefined) return;
  // As `require` names it.
  const code = realpathSync(file);
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map((frame) => (frame.getFileName() === code ? atSource(map, String(frame)) : String(frame)));
    return [String(error), ...lines.map((line) => `    at ${line}`)].join("\n");
  };
}

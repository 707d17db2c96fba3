import { join, sep } from "node:path";
import { withRelativePaths } from "./app-root";
import { packageRoot } from "./package-root";

/** The folder of this package's code, whose frames are not the app's. In a clone, its path has no `node_modules`. */
const OURS = join(packageRoot, "lib", sep);

/** The CDK's errors begin with a code in «», and shorten frames to "...new Stack in aws-cdk-lib...". */
const TRACE = /^(?:«\w+» )?((?:(?<=» )|(?:Uncaught )?\w*(?:Error|Exception)\b[^\n]*:)[\s\S]*?)\n((?:\s+(?:at |\.{3})[^\n]*(?:\n|$))+)/m;

/** Shortens a stack trace to its message and the line of the app that led to it. Returns other output unchanged. */
export function describeFailure(output: string): string {
  if (process.env.GATEHOUSE_DEBUG === "1") return output;
  const [, message, frames] = TRACE.exec(output) ?? [];
  if (message === undefined || frames === undefined) return output;
  const isOwn = (frame: string) => /[/\\]/.test(frame) && !/node_modules|node:|entra-gatehouse/.test(frame) && !frame.includes(OURS);
  const ownFrame = frames.split("\n").find(isOwn);
  const [place] = /[^\s(]+:\d+(?=:\d+\)?$)/.exec(ownFrame ?? "") ?? [];
  const at = place === undefined ? "" : `${withRelativePaths(place.replace(/^file:\/\//, ""))}; `;
  return `${message.trim()} (${at}GATEHOUSE_DEBUG=1 shows where)`;
}

import { join, sep } from "node:path";
import { packageRoot, withRelativePaths } from "./app-root";

/** A fault in an app's options or packages. The message names the fault and the remedy. */
export class SetupError extends Error {
  override readonly name: string = "SetupError";
}

/** Advice for a policy that reads a file. */
export const IMPORT_DATA =
  "A function holds what its policy imports, and no other file: import the data, such as a .json or .ts file, in place of reading it.";

/** Advice for a policy that imports from entra-gatehouse/cdk. */
export const CDK_IMPORT = 'entra-gatehouse/cdk is for the CDK app: a policy imports from "entra-gatehouse".';

/** Thrown for a fault in the policy folder. The message names the file, the line and the reason. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  constructor(message: string, options?: ErrorOptions) {
    super(withRelativePaths(message), options);
  }
}

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

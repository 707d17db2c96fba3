import { withRelativePaths } from "./app-root";

/** Shortens a stack trace to the error's message, and the app's own line that led to it. Returns any other output as it is. */
export function describeFailure(output: string): string {
  if (process.env.GATEHOUSE_DEBUG === "1") return output;
  const [, message, frames] = /^((?:Uncaught )?\w*(?:Error|Exception)\b[^\n]*:[\s\S]*?)\n((?:\s+at [^\n]*(?:\n|$))+)/m.exec(output) ?? [];
  if (message === undefined || frames === undefined) return output;
  const own = frames.split("\n").find((frame) => /[/\\]/.test(frame) && !/node_modules|node:|entra-gatehouse/.test(frame));
  const [place] = /[^\s(]+:\d+(?=:\d+\)?$)/.exec(own ?? "") ?? [];
  const at = place === undefined ? "" : `${withRelativePaths(place.replace(/^file:\/\//, ""))}; `;
  return `${message.trim()} (${at}GATEHOUSE_DEBUG=1 shows where)`;
}

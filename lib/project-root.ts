import { resolve, sep } from "node:path";

/** The root of this project, to which policy folders are relative. */
export const projectRoot = resolve(__dirname, "..");

/** A text in which the project's files are named as people type them: relative to its root. */
export function withRelativePaths(text: string): string {
  return text.replaceAll(`${projectRoot}${sep}`, "");
}

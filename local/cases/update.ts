import { readFileSync, writeFileSync } from "node:fs";
import { jsonPlaces } from "../data/json-places";
import { expectationPath } from "./case-file";
import type { CaseUpdate } from "./run";

/** The line width of the repository's formatter and most editors'. */
const WIDTH = 100;

/** Writes current answers into the case files, and leaves everything else unchanged. */
export function writeUpdates(updates: readonly CaseUpdate[]): void {
  for (const file of new Set(updates.map((each) => each.file))) {
    const text = updates.filter((each) => each.file === file).reduce(updated, readFileSync(file, "utf8"));
    writeFileSync(file, text);
  }
}

function updated(text: string, { index, after }: CaseUpdate): string {
  const places = jsonPlaces(text);
  const expectation = places.spanOf(expectationPath(index));
  if (expectation !== undefined) {
    const value = jsonText(after, indentAt(text, expectation.start));
    return text.slice(0, expectation.start) + value + text.slice(expectation.end);
  }
  const path = expectationPath(index).slice(0, -1);
  const name = places.spanOf([...path, "name"]);
  const whole = places.spanOf(path);
  if (name === undefined || whole === undefined) return text;
  const indent = indentAt(text, name.start);
  const head = text.slice(0, whole.end - 1).trimEnd();
  return `${head},\n${indent}"expect": ${jsonText(after, indent)}${text.slice(head.length, whole.end - 1)}${text.slice(whole.end - 1)}`;
}

/** The white space at the line's beginning. */
function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf("\n", at) + 1, at);
  return /^\s*/.exec(line)?.[0] ?? "";
}

/** One member a line; nested values on one line, if they fit. */
export function jsonText(value: object, indent: string): string {
  const inner = `${indent}  `;
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => `${inner}${JSON.stringify(name)}: ${fitted(each, inner)}`);
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${indent}}`;
}

function fitted(value: unknown, indent: string): string {
  const line = inline(value);
  if (indent.length + line.length <= WIDTH || typeof value !== "object" || value === null) return line;
  if (!Array.isArray(value)) return jsonText(value, indent);
  const inner = `${indent}  `;
  return `[\n${value.map((each) => `${inner}${fitted(each, inner)}`).join(",\n")}\n${indent}]`;
}

/** JSON on one line, spaced as people write it. */
function inline(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${inline(each)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

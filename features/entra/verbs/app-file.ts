import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CommandError } from "../../../cli/failure";
import { harmless } from "../../../cli/output";
import { appRoot } from "../../../lib/app-root";

/** Escapes invisible characters. Uses double quotes, unless single ones need fewer escapes. */
export function literal(text: string): string {
  const json = harmless(JSON.stringify(text));
  const count = (quote: string) => text.split(quote).length;
  if (count('"') <= count("'")) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** @param file relative to the app's folder */
export function writeAppFile(file: string, text: string): void {
  try {
    writeFileSync(resolve(appRoot, file), text);
  } catch (error) {
    throw new CommandError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}): --stdout prints it instead.`);
  }
}

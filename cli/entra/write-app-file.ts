import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { appRoot } from "../../lib/app-root";
import { CommandError } from "../failure";

/** Writes a file of the app. @param file from the app's folder */
export function writeAppFile(file: string, text: string): void {
  try {
    writeFileSync(resolve(appRoot, file), text);
  } catch (error) {
    throw new CommandError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}): --stdout prints it instead.`);
  }
}

import { appendFileSync } from "node:fs";

/** Names a file to which the CDK app adds, a line each, the files that it was made from: `npm start` asks what its result depends on. */
export const FILES_READ = "GATEHOUSE_FILES_READ";

/** @param files absolute */
export function noteRead(files: readonly string[]): void {
  const list = process.env[FILES_READ];
  if (list !== undefined) appendFileSync(list, files.map((file) => `${file}\n`).join(""));
}

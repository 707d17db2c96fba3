import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundleWith } from "../lives/defects/bundle";
import type { Defect } from "../lives/defects/defect";
import { answerDefects } from "./defects";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Builds each defect into the engine, and prints how many scenarios it took to find it. @returns whether all were found */
export async function huntAnswers(most: number): Promise<boolean> {
  const folder = mkdtempSync(join(root, "node_modules/.proof-"));
  let missed = 0;
  try {
    for (const defect of answerDefects) {
      const number = await scenariosUntil(defect, folder, most);
      if (number === 0) missed += 1;
      console.log(`${defect.name.padEnd(32)} ${number === 0 ? `NOT FOUND in ${most} scenarios` : `scenario ${number}`}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(`${answerDefects.length - missed} of ${answerDefects.length} defects found`);
  return missed === 0;
}

async function scenariosUntil(defect: Defect, folder: string, most: number): Promise<number> {
  const outfile = join(folder, `${defect.name}.mjs`);
  await bundleWith(defect, { root, entry: "test/proof/until.ts", outfile });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile, `${most}`]);
  return Number(stdout);
}

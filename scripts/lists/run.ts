import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { readTexts } from "../structure/faults";
import { findStaleLists, LISTS, writeLists } from "./surfaces";

// This module writes the lists in features/lists: npm run lists. With --check, as npm run check calls it, it only names the stale lists.

const texts = readTexts(packageRoot);
const lists = writeLists(texts);
const isCheck = process.argv.includes("--check");
for (const path of findStaleLists(texts)) {
  console.log(isCheck ? `${path} is stale: npm run lists writes it.` : `Wrote ${path}.`);
  if (isCheck) process.exitCode = 1;
  else writeList(path, lists.get(path));
}

function writeList(path: string, text: string | undefined): void {
  const file = join(packageRoot, path);
  mkdirSync(join(packageRoot, LISTS), { recursive: true });
  if (text === undefined) rmSync(file);
  else writeFileSync(file, text);
}

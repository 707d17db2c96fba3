import { readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { packageRoot } from "../../lib/package-root";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import { type SourceFile, sourcesOf } from "../../lib/policy-folder/source-files";

/** Each file that says what a step does: those of its folder, and whatever else it imports, such as shared rules or data. Packages are left out. */
export function policySources(step: Pick<PolicyStep, "file">): readonly SourceFile[] {
  const own = sourcesOf(step);
  const known = new Set(own.map(({ file }) => file));
  const others = importedBy(step.file).filter((file) => !known.has(file));
  return [...own, ...others.map((file) => ({ file, text: readFileSync(file, "utf8") }))];
}

/** As Node has loaded them. */
function importedBy(file: string): readonly string[] {
  const found = new Set<string>();
  const open = Object.values(require.cache).flatMap((each) => (each !== undefined && fileOf(each) === file ? [each] : []));
  for (const module of open) {
    for (const child of module.children) {
      const imported = fileOf(child);
      if (found.has(imported) || isPackage(imported)) continue;
      found.add(imported);
      open.push(child);
    }
  }
  return [...found].sort();
}

/** What loads TypeScript in an app puts its own mark behind the name. */
function fileOf({ filename }: NodeJS.Module): string {
  return filename.replace(/\?.*$/, "");
}

function isPackage(file: string): boolean {
  const isOwn = file === join(packageRoot, "index.ts") || file.startsWith(join(packageRoot, "dist") + sep);
  return isOwn || file.includes(`${sep}node_modules${sep}`);
}

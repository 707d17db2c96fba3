import { readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { packageRoot } from "../../lib/package-root";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import { type SourceFile, sourcesOf } from "../../lib/policy-folder/source-files";

/** Each file that says what a step does: those of its folder, and whatever else it imports, such as shared rules or data. Packages are left out. */
export function policySources(step: Pick<PolicyStep, "file">): readonly SourceFile[] {
  const files = new Map(sourcesOf(step).map((source) => [source.file, source]));
  const open = Object.values(require.cache).filter((module) => module !== undefined && fileOf(module) === step.file);
  for (const module of open) {
    for (const child of module?.children ?? []) {
      const file = fileOf(child);
      if (open.includes(child) || isPackage(file)) continue;
      open.push(child);
      if (!files.has(file)) files.set(file, { file, text: readFileSync(file, "utf8") });
    }
  }
  return [...files.values()];
}

/** What loads TypeScript in an app puts its own mark behind the name. */
function fileOf({ filename }: NodeJS.Module): string {
  return filename.replace(/\?.*$/, "");
}

function isPackage(file: string): boolean {
  return (
    file === join(packageRoot, "index.ts") || file.startsWith(join(packageRoot, "dist") + sep) || file.includes(`${sep}node_modules${sep}`)
  );
}

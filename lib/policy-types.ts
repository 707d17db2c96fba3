import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PolicyError, projectRoot } from "./policy-folder";

/**
 * Compiles the policy's files, so that what the types forbid (an empty policy, a validation after sign-in) is neither
 * deployed nor run. Throws PolicyError with file, line and reason.
 */
export function checkPolicyTypes(folder: string): void {
  const path = resolve(projectRoot, folder);
  // A folder without files is for loadPolicyFolder to refuse.
  const files = existsSync(path) && statSync(path).isDirectory() ? readdirSync(path).filter((name) => name.endsWith(".ts")) : [];
  if (files.length === 0) return;
  const scratch = mkdtempSync(join(tmpdir(), "gatehouse-types-"));
  try {
    const project = join(scratch, "tsconfig.json");
    writeFileSync(
      project,
      JSON.stringify({
        extends: join(projectRoot, "tsconfig.json"),
        compilerOptions: { typeRoots: [join(projectRoot, "node_modules", "@types")], types: ["node"] },
        files: files.map((name) => join(path, name)),
        include: [],
      }),
    );
    execFileSync(
      process.execPath,
      [join(projectRoot, "node_modules", "typescript", "bin", "tsc"), "--project", project, "--pretty", "false"],
      { cwd: projectRoot, encoding: "utf8" },
    );
  } catch (error) {
    const output = (error as { stdout?: string }).stdout;
    throw new PolicyError(output ? output.trim() : String(error), { cause: error });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

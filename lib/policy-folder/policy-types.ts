import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appRoot } from "../app-root";
import { PolicyError, stepFiles } from "./policy-folder";

/**
 * Compiles the steps' files and what they import, so that what the types forbid (an empty policy, a validation after
 * sign-in) is neither deployed nor run. Throws PolicyError with file, line and reason.
 */
export function checkPolicyTypes(folder: string): void {
  const files = stepFiles(folder).map(({ file }) => file);
  const scratch = mkdtempSync(join(tmpdir(), "gatehouse-types-"));
  try {
    const project = join(scratch, "tsconfig.json");
    writeFileSync(
      project,
      JSON.stringify({
        extends: join(appRoot, "tsconfig.json"),
        compilerOptions: { typeRoots: [join(appRoot, "node_modules", "@types")], types: ["node"] },
        files,
        include: [],
      }),
    );
    execFileSync(process.execPath, [join(appRoot, "node_modules", "typescript", "bin", "tsc"), "--project", project, "--pretty", "false"], {
      cwd: appRoot,
      encoding: "utf8",
    });
  } catch (error) {
    const output = (error as { stdout?: string }).stdout;
    throw new PolicyError(output ? output.trim() : String(error), { cause: error });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

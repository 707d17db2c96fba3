import { mkdtempSync, rmSync } from "node:fs";
import type { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PolicyStep } from "../../../lib/policy-folder/policy-folder";
import { writeBundle } from "../../../lib/resources/bundle";
import { bundleVersion } from "../../../lib/resources/gatehouse-function";
import { sourceMapBeside } from "../../../lib/resources/source-map";
import { stepBundle, stepEntries } from "../../../lib/sign-up/step-bundle";

/**
 * The source map of the rebuilt policy. Undefined if the local policy has another version. The same code has the same version wherever it
 * is built.
 */
export async function rebuiltMap(policyStep: PolicyStep, version: string): Promise<SourceMap | undefined> {
  const scratch = mkdtempSync(join(tmpdir(), "gatehouse-bundle-"));
  try {
    for (const entry of stepEntries[policyStep.step]) {
      const folder = join(scratch, entry);
      if (bundleVersion(await writeBundle(stepBundle(policyStep, entry), folder)) === version) return sourceMapBeside(folder);
    }
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

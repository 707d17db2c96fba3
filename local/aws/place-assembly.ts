import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepAssembly, keptAssembly } from "./kept-assemblies";
import { allCount, synthInputs } from "./synth-inputs";

interface AssemblyPlace {
  /** The repository's folder. Undefined for your own app: its inputs are unknown. */
  readonly root: string | undefined;
  /** The policy's folder, absolute. */
  readonly policy: string;
  readonly outDir: string;
}

/** A CDK app's output. */
export interface AssemblyScratch {
  readonly made: string;
  /** A file to which the app appends the path of each file that it reads, one a line. */
  readonly readFiles: string;
}

/** A file in the assembly's folder with the hash of its inputs. */
const INPUTS_FILE = "inputs.sha256";

/**
 * Puts the CDK app's result into `outDir`: the one already there, one kept by an earlier start with other data, or the result of `make`. If
 * the app fails, nothing changes.
 */
export async function placeAssembly(place: AssemblyPlace, make: (scratch: AssemblyScratch) => Promise<void>): Promise<void> {
  const { root, outDir } = place;
  const inputs = inputsOf(place);
  if (root === undefined || inputs === undefined) return await makeInto(outDir, make, () => undefined);
  const record = join(outDir, INPUTS_FILE);
  if (existsSync(record) && readFileSync(record, "utf8") === inputs) return;
  const kept = keptAssembly(root, inputs);
  const isTaken = kept !== undefined && isCopied(kept, outDir);
  // Written last: a copy that was cut short is made again.
  if (isTaken) return writeFileSync(record, inputs);
  await makeInto(outDir, make, ({ made, readFiles }) => {
    const read = readFileSync(readFiles, "utf8").split("\n").filter(Boolean);
    // Other files may change unnoticed, as may files saved during the synth.
    if (!allCount(read, root, place.policy) || inputsOf(place) !== inputs) return;
    keepAssembly(root, inputs, made);
    writeFileSync(record, inputs);
  });
}

function inputsOf({ root, policy }: AssemblyPlace): string | undefined {
  return root === undefined ? undefined : synthInputs(root, policy);
}

async function makeInto(
  outDir: string,
  make: (scratch: AssemblyScratch) => Promise<void>,
  onMade: (scratch: AssemblyScratch) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-synth-"));
  try {
    const scratch = { made: join(folder, "cdk.out"), readFiles: join(folder, "files-read") };
    writeFileSync(scratch.readFiles, "");
    await make(scratch);
    replace(outDir, scratch.made);
    onMade(scratch);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A kept assembly may disappear during the copy. */
function isCopied(kept: string, outDir: string): boolean {
  try {
    replace(outDir, kept);
    return true;
  } catch {
    return false;
  }
}

function replace(outDir: string, by: string): void {
  rmSync(outDir, { recursive: true, force: true });
  cpSync(by, outDir, { recursive: true });
}

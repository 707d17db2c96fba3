import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWith } from "./bundle";
import { type Defect, defective } from "./defect";
import { allDefects } from "./list";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** A defect may keep a town from coming to its end. */
const LONGEST_MS = 600_000;
const MAY_BE_MISSED = 2;

/** What became of the towns that a defect was built into. */
interface Hunted {
  /** The first promise that was broken; undefined: none. */
  readonly promise?: string;
  readonly seed?: number;
  readonly towns: number;
  readonly story?: string;
}

export interface HuntOptions {
  /** Names of defects. Empty: all. */
  readonly names: readonly string[];
  /** In how many towns each is looked for, the first of which has the seed. */
  readonly towns: number;
  readonly seed: number;
  readonly years: number;
}

/**
 * Lives the same towns with each defect built in, and prints by which promise it was found. Nothing in the working tree is changed.
 * @returns whether enough were found, and nothing without a defect
 */
export async function huntDefects({ names, ...options }: HuntOptions): Promise<boolean> {
  const asked = allDefects.filter(({ name }) => names.length === 0 || names.includes(name));
  const folder = mkdtempSync(join(root, "node_modules/.lives-"));
  try {
    const sound = await townsWith(undefined, folder, options);
    if (sound.promise !== undefined) {
      console.log(`Without a defect: ${sound.promise} (seed ${sound.seed})\n${sound.story}`);
      return false;
    }
    console.log(`Without a defect: ${sound.towns} towns, no promise broken`);
    const queue = asked.filter(applies);
    let found = 0;
    const worker = async () => {
      for (let defect = queue.shift(); defect !== undefined; defect = queue.shift()) {
        const { promise, seed, towns } = await townsWith(defect, folder, options);
        if (promise !== undefined) found += 1;
        const outcome = promise === undefined ? `NOT FOUND in ${towns} towns` : `${promise} (town ${towns}, seed ${seed})`;
        console.log(`${defect.name.padEnd(40)} ${outcome}`);
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    console.log(`${found} of ${asked.length} defects found`);
    return found >= asked.length - MAY_BE_MISSED;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One whose place in the product has changed is reported, and the others are looked for all the same. */
function applies(defect: Defect): boolean {
  try {
    defective(root, defect);
    return true;
  } catch (error) {
    console.log(`${defect.name.padEnd(40)} ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

async function townsWith(defect: Defect | undefined, folder: string, { towns, seed, years }: Omit<HuntOptions, "names">): Promise<Hunted> {
  const outfile = join(folder, `${defect?.name ?? "sound"}.mjs`);
  await bundleWith(defect, { root, entry: "test/lives/defects/towns.ts", outfile });
  return await new Promise((done, failed) => {
    execFile(process.execPath, [outfile, ...[seed, towns, years].map(String)], { timeout: LONGEST_MS }, (error, stdout, stderr) => {
      const last = stdout.trim().split("\n").at(-1) ?? "";
      if (last !== "") return done(JSON.parse(last) as Hunted);
      if (defect !== undefined) return done({ promise: "a town comes to its end", towns: 1, seed });
      return failed(new Error(`Without a defect: ${error?.message}\n${stderr}`));
    });
  });
}

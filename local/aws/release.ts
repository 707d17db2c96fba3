import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { RELEASE_POLICY, RELEASE_STACK, RELEASE_TEMPLATE } from "../../lib/release/release";
import { unpackZip } from "../../lib/release/zip";
import { type Assembly, SynthError } from "./synth";
import { Template, type TemplateSource } from "./template";

/** The schedule that looks whether streams are on. Streams are always on here, so an app under `npm start` has no such schedule either. */
const WATCH_OF_STREAMS = /^TrailReaderSchedule/;

/** Reads the template of a release, and unpacks the code of its functions into `outDir`. Throws SynthError. */
export function readRelease(folder: string, outDir: string): Assembly {
  const file = join(folder, RELEASE_TEMPLATE);
  if (!existsSync(file)) throw new SynthError(`There is no ${RELEASE_TEMPLATE} in ${folder}: name the folder of a release.`);
  rmSync(outDir, { recursive: true, force: true });
  const zips = readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.zip$/.test(name));
  for (const name of zips) {
    const zip = readFileSync(join(folder, name));
    const hash = createHash("sha256").update(zip).digest("hex");
    if (name !== `${hash}.zip`) throw new SynthError(`${join(folder, name)} is not what its name says: download the release again.`);
    unpack(zip, join(outDir, `asset.${hash}`));
  }
  const source = JSON.parse(readFileSync(file, "utf8")) as TemplateSource;
  const served = Object.entries(source.Resources).filter(([id]) => !WATCH_OF_STREAMS.test(id));
  return {
    template: new Template(RELEASE_STACK, { ...source, Resources: Object.fromEntries(served) }),
    assetFolder: (hash) => join(outDir, `asset.${hash}`),
    // The release does not hold the policy's sources; this package has them for the simulator's pages.
    folderOf: () => join(packageRoot, RELEASE_POLICY),
    warnings: [],
  };
}

function unpack(zip: Buffer, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of unpackZip(zip)) writeFileSync(join(folder, name), content);
}

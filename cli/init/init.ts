import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { packageRoot } from "../../lib/package-root";
import type { CommandContext } from "../command";
import { CommandError } from "../failure";
import { type AppOptions, appFiles } from "./app-files";

export interface InitOptions {
  /** As npm's package.json names it: "^0.1.0", "file:../entra-gatehouse-0.1.0.tgz". */
  readonly package?: string;
}

/** `entra-gatehouse init`: the whole app, or nothing at all. */
export async function init(dir: string, options: InitOptions, { output }: CommandContext): Promise<void> {
  const folder = resolve(dir);
  assertFree(dir, folder);
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  try {
    writeApp(folder, { name: name || "sign-up-gate", ...(options.package && { dependency: options.package }) });
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CommandError(`Nothing was written: ${dir} cannot be made (${why}). Choose a folder that you can write to.`, undefined, {
      cause: error,
    });
  }
  const there = relative(process.cwd(), folder) || ".";
  output.print(`Your app is in ${there}. Next:`);
  for (const line of [...(there === "." ? [] : [`cd ${there}`]), "npm install", "npx --no-install entra-gatehouse start"])
    output.print(`  ${line}`);
}

function assertFree(dir: string, folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new CommandError(`${dir} is a file: name a folder that does not exist yet, or is empty.`);
  if (readdirSync(folder).length > 0) throw new CommandError(`${dir} is not empty: name a folder that does not exist yet, or is empty.`);
}

/** Made beside the folder and then moved, so that a failure leaves nothing half-written. */
function writeApp(folder: string, options: AppOptions): void {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(join(dirname(folder), ".entra-gatehouse-init-"));
  try {
    cpSync(join(packageRoot, "policy"), join(draft, "policy"), { recursive: true });
    pointToSchema(join(draft, "policy", "cases"));
    for (const [path, text] of Object.entries(appFiles(options))) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      writeFileSync(join(draft, path), text);
    }
    mkdirSync(folder, { recursive: true });
    // One by one: the folder may be the one that the shell stands in.
    for (const name of readdirSync(draft)) renameSync(join(draft, name), join(folder, name));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** In an app, the schema by which editors complete cases lies where npm puts the package. */
function pointToSchema(folder: string): void {
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".json"))) {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, "utf8").replace('"../../docs/', '"../../node_modules/entra-gatehouse/docs/'));
  }
}

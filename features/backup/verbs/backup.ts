import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readPages } from "../../../adapters/tables/search";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { counting, interruptible } from "../../../cli/long-tasks";
import { formatCount } from "../../../cli/output";
import { packageRoot } from "../../../lib/app-root";
import { packText, type SealOptions, sealing } from "./encryption";
import {
  type BackupEnd,
  type BackupHeader,
  backupLine,
  dropLeftOut,
  FIRST_WORD,
  FORMAT,
  KEY_MARK_TEXT,
  type RowsOfTable,
  type SavedSecrets,
} from "./format";
import { backupPlaceAt } from "./place";
import { personKeyPlace, readSecrets } from "./secrets";
import { patient } from "./source";

interface BackupOptions extends DeploymentOptions, JsonOption, SealOptions {
  readonly withSecrets?: boolean;
  readonly force?: boolean;
}

/** Limit of rows in a page. A page also has at most 1 MB, however large its rows are. */
const PAGE_ROWS = 1_000;

/** Writes the whole backup or nothing. */
export async function backup(to: string, options: BackupOptions, { output }: CommandContext): Promise<void> {
  const { withSecrets = false, force = false } = options;
  const seal = await sealing(options);
  if (withSecrets && seal === undefined) {
    throw new CommandError(
      "--with-secrets writes passwords and keys: encrypt the backup with --passphrase-file FILE or --recipient age1….",
    );
  }
  const place = await backupPlaceAt(to, options);
  await place.check(force);
  const deployment = await deploymentFor(options);
  const header = await buildHeader(deployment, withSecrets);
  const secrets = withSecrets ? await readSecrets(deployment) : undefined;
  const counts: RowCounts = {};
  const size = await interruptible(async ({ signal }) => {
    const text = backupText(header, secrets, pagesOfAll(deployment, signal, counting("Read", output)), counts);
    try {
      return await place.write(await packText(text, seal), force, signal);
    } catch (error) {
      if (signal.aborted) throw new CommandError("Interrupted: nothing was kept. Repeat the command.", exitCodes.interrupted);
      throw error;
    }
  });
  for (const table of header.tables) {
    if (options.json) output.json({ table, rows: counts[table] ?? 0 });
    else output.print(`${table}: ${formatCount(counts[table] ?? 0, "row")}`);
  }
  const secretNames = Object.keys(secrets ?? {});
  if (options.json) output.json({ to: place.shown, bytes: size, encrypted: seal !== undefined, secrets: secretNames });
  else {
    if (withSecrets) output.print(`secrets: ${secretNames.join(", ")}`);
    output.print(`Wrote ${place.shown}: ${size} bytes${seal === undefined ? ", not encrypted" : ", encrypted"}.`);
  }
  if (!withSecrets) {
    output.warn(
      `Secrets are not in it: without the key of hashes (${personKeyPlace(options)}), nobody is found in its decisions, requests and used codes.`,
    );
  }
}

async function buildHeader(deployment: Deployment, secrets: boolean): Promise<BackupHeader> {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  const { hashOf } = await deployment.hashes();
  return {
    format: FORMAT,
    version,
    madeAt: new Date().toISOString(),
    from: deployment.place,
    tables: Object.keys(deployment.tables) as AnyTableName[],
    keyMark: hashOf(KEY_MARK_TEXT),
    secrets,
  };
}

/** Strongly consistent: a table's rows include everything that was written before the reading of that table began. */
async function* pagesOfAll(deployment: Deployment, signal: AbortSignal, tell: (rows: number) => void): AsyncGenerator<RowsOfTable> {
  const client = patient(deployment.dynamodb);
  for (const [name, deployed] of Object.entries(deployment.tables)) {
    const table = name as AnyTableName;
    for await (const items of readPages({ client, name: deployed, key: tables[table].key }, { limit: PAGE_ROWS })) {
      signal.throwIfAborted();
      tell(items.length);
      yield dropLeftOut({ table, items });
    }
  }
}

type RowCounts = Partial<Record<AnyTableName, number>>;

/** @param pages rows of one table after another @param counts receives the number of rows of each table */
async function* backupText(
  header: BackupHeader,
  secrets: SavedSecrets | undefined,
  pages: AsyncIterable<RowsOfTable>,
  counts: RowCounts,
): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const updateHash = (text: string) => {
    hash.update(text);
    return text;
  };
  yield updateHash(backupLine([FIRST_WORD, header]));
  if (secrets !== undefined) yield updateHash(backupLine(["secrets", secrets]));
  let last: AnyTableName | undefined;
  for await (const { table, items } of pages) {
    if (table !== last) yield updateHash(backupLine(["table", table]));
    last = table;
    counts[table] = (counts[table] ?? 0) + items.length;
    yield updateHash(items.map(backupLine).join(""));
  }
  yield backupLine(["end", { rows: counts, sha256: hash.digest("hex") } satisfies BackupEnd]);
}

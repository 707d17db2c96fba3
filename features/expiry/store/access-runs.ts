import type { AwsClient } from "../../../adapters/aws/client";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { absent, batchGet, equal, getItem, putItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { type AccessRun, RUNS_KEPT } from "../run";

export const ACCESS_RUNS_ID = "access-runs";

/** The last runs, newest first, and the number of writes so far. */
export interface AccessRuns {
  readonly turn: number;
  readonly runs: readonly AccessRun[];
}

export interface AccessRunStore {
  /** Reads strongly consistently. */
  read(): Promise<AccessRuns>;
  /** Adds a run as the newest. If the newest run began at the same time, replaces that run instead. False if somebody else wrote first. */
  write(before: AccessRuns, run: AccessRun): Promise<boolean>;
  /** Keeps only these runs. False if somebody else wrote first. */
  keep(before: AccessRuns, runs: readonly AccessRun[]): Promise<boolean>;
}

export function accessRunStore(client: AwsClient, name: string): AccessRunStore {
  const table = { client, name, key: tables.ledger.key };
  const putRuns = async (turn: number, runs: readonly AccessRun[]) => {
    const row = { id: ACCESS_RUNS_ID, turn: turn + 1, runs: JSON.stringify(runs.slice(0, RUNS_KEPT)) };
    return (await putItem(table, toItem(row), turn === 0 ? absent("id") : equal(toItem({ turn })))).written;
  };
  return {
    async read() {
      return parseRuns(await getItem(table, { id: ACCESS_RUNS_ID }));
    },
    write: async ({ turn, runs }, run) => await putRuns(turn, [run, ...runs.filter(({ at }) => at !== run.at)]),
    keep: async ({ turn }, runs) => await putRuns(turn, runs),
  };
}

function parseRuns(item: Item | undefined): AccessRuns {
  const { turn = 0, runs = "[]" } = item === undefined ? {} : toRow(item);
  return { turn: Number(turn), runs: JSON.parse(String(runs)) as readonly AccessRun[] };
}

/** Reads the newest run for who may only read rows of the table together. */
export async function readNewestRun(client: AwsClient, tableName: string): Promise<AccessRun | undefined> {
  const [found] = await batchGet(client, [{ tableName, key: toItem({ id: ACCESS_RUNS_ID }) }]);
  return parseRuns(found?.[1]).runs[0];
}

import { AwsError } from "../../adapters/aws/client";
import type { GraphClient } from "../../adapters/graph/graph";
import type { Item } from "../../adapters/tables/item";
import { type DynamoTable, deleteItem } from "../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../../adapters/tables/tables";
import type { TenantKind } from "../../simulator/contract/rule";
import type { Stack } from "../aws/stack";
import type { Deployment } from "../deployment";
import type { TenantOptions } from "../graph/sign-in";

export interface FirstContactOptions extends TenantOptions {
  /** Of the tenant; by default the deployment's. */
  readonly kind?: TenantKind;
}

/** What probes work with. */
export interface ProbeContext {
  readonly deployment: Deployment;
  readonly isLocal: boolean;
  readonly options: FirstContactOptions;
  /** In the names of this run's rows and objects. */
  readonly run: string;
  readonly signal: AbortSignal;
  /** Throws NotTriedError where there is none. */
  stack(): Promise<Stack>;
  /** Throws NotTriedError where no tenant of that kind can be asked. */
  graph(kinds: readonly TenantKind[], version?: "v1.0" | "beta"): Promise<GraphClient>;
  /** Is called before something is made: whatever happens, it is removed. @param what "the secret gatehouse-probe-1" */
  removeAtEnd(what: string, remove: () => Promise<unknown>): void;
}

/** Undefined where the assumption holds; what was found where it does not. */
export type AssumptionProbe = (context: ProbeContext) => Promise<string | undefined>;

/** What a probe answers: undefined where it is as expected, else what was found. */
export function unless(isSo: boolean, found: string): string | undefined {
  return isSo ? undefined : found;
}

/** It could not be tried, and why. */
export class NotTriedError extends Error {
  override readonly name = "NotTriedError";
}

/** With what the ids of throw-away rows begin. */
const PROBE_PREFIX = "probe/";
const EXPIRES_SECONDS = 3_600;
const SHOWN_LENGTH = 80;

async function removed(table: DynamoTable, id: string): Promise<void> {
  await deleteItem(table, { id: { S: id } }).catch((error: unknown) => {
    // Under what can be no key there is no row.
    if (!(error instanceof AwsError && error.name === "ValidationException")) throw error;
  });
}

/**
 * Throw-away rows: in the ledger, which has no stream and whose ids begin with what each row is for. Nobody reads these, and
 * they end by themselves within the hour's TTL.
 */
export interface RowsAside {
  readonly table: DynamoTable;
  /** A row's key, which is removed at the end. */
  id(name: string): string;
  item(name: string, cells?: Item): Item;
}

export function rowsAside({ deployment, run, removeAtEnd }: ProbeContext): RowsAside {
  // A client of its own: what is learnt of batches here is nobody else's.
  const table = { client: { ...deployment.dynamodb }, name: deployment.tableOf("ledger"), key: tables.ledger.key };
  const known = new Set<string>();
  const id = (name: string) => {
    const key = `${PROBE_PREFIX}${run}/${name}`;
    if (!known.has(key)) removeAtEnd(`the row ${key.slice(0, SHOWN_LENGTH)} of ${table.name}`, () => removed(table, key));
    known.add(key);
    return key;
  };
  const expires = { N: String(Math.floor(Date.now() / 1_000) + EXPIRES_SECONDS) };
  return { table, id, item: (name, cells = {}) => ({ id: { S: id(name) }, [EXPIRY_ATTRIBUTE]: expires, ...cells }) };
}

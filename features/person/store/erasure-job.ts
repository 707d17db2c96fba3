import { randomBytes } from "node:crypto";
import * as v from "valibot";
import type { EditedRows } from "../../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { EXPIRY_ATTRIBUTE } from "../../../adapters/tables/tables";
import { amount, anyObject, createTextSchema, invalidMember } from "../../../engine/fields";
import { buildPersonId, type HashOf, hashAccount } from "../../../engine/sign-up/person";
import type { Named } from "../../access-list/entry";
import type { Erased, ErasureChoice } from "./erase";

export interface ErasureCall {
  /** An address, or `issuer:google.com/1184`. */
  readonly typed: string;
  readonly run: string;
}

export const ERASURE_PREFIX = "person-erasure/";

/** Maximum duration of an erasure. */
export const ERASURE_MS = 15 * 60_000;
/** Maximum time until Lambda begins the erasure. */
const START_MS = 5 * 60_000;
const KEPT_SECONDS = 30 * 86_400;

/** An erasure begun in the console. Its row is in the ledger under a keyed hash, and contains no other name of the person. */
export interface ErasureJob extends Omit<ErasureChoice, "entries"> {
  readonly id: string;
  /** The id of the worker's run. Each start has a new id. */
  readonly run: string;
  /** `asked`: not begun yet. */
  readonly state: "asked" | "running" | "done" | "stopped";
  readonly by: string;
  readonly name: string;
  readonly at: string;
  /** Epoch milliseconds. After this time, the worker neither begins nor runs, whatever `state` says. */
  readonly aliveUntil: number;
  readonly erased?: Erased;
  readonly obstacle?: JobObstacle;
}

/** `failed`: the function's log has the reason. */
const obstacles = ["request-open", "account-being-made", "request-changed", "changed-meanwhile", "request-unreadable", "failed"] as const;
export type JobObstacle = { readonly why: (typeof obstacles)[number]; readonly reference?: string };

export interface StoredJob {
  readonly job: ErasureJob;
  readonly item: Item;
}

export function erasureSubject({ same: [email = ""], account }: Named, hashOf: HashOf): string {
  return account === undefined ? buildPersonId(email, hashOf) : (hashAccount([account], hashOf) ?? "");
}

export async function erasureJob(ledger: Pick<EditedRows, "get">, person: string): Promise<StoredJob | undefined> {
  const item = await ledger.get({ id: `${ERASURE_PREFIX}${person}` });
  return item && { item, job: parseJob(item) };
}

const jobRow = v.object({
  run: createTextSchema(),
  state: v.picklist(["asked", "running", "done", "stopped"]),
  by: createTextSchema(),
  name: v.string(),
  at: createTextSchema(),
  aliveUntil: amount(),
  erased: v.optional(anyObject()),
  // A row of an earlier version may have another `why`. Such a row counts as unreadable.
  obstacle: v.optional(v.looseObject({ why: v.picklist(obstacles) })),
  list: v.optional(v.boolean()),
  approvals: v.optional(v.boolean()),
});

/** An unreadable row counts as a stopped job, so that another can begin. */
function parseJob(item: Item): ErasureJob {
  const row = toRow(item);
  if (invalidMember(jobRow, row) === undefined) return row as unknown as ErasureJob;
  const at = new Date(0).toISOString();
  return { id: String(row.id), run: "", state: "stopped", by: "?", name: "?", at, aliveUntil: 0, obstacle: { why: "failed" } };
}

export function isErasing({ state, aliveUntil }: ErasureJob, now: Date): boolean {
  return (state === "asked" || state === "running") && aliveUntil > now.getTime();
}

/** Stores a new erasure. Undefined if somebody else was faster. */
export async function beginErasure(
  ledger: Pick<EditedRows, "add" | "change">,
  current: StoredJob | undefined,
  erasureRequest: ErasureChoice & Pick<ErasureJob, "by" | "name"> & { readonly person: string },
  now: Date,
): Promise<StoredJob | undefined> {
  const { person, ...facts } = erasureRequest;
  const job: ErasureJob = {
    ...facts,
    id: `${ERASURE_PREFIX}${person}`,
    run: randomBytes(9).toString("base64url"),
    state: "asked",
    at: now.toISOString(),
    aliveUntil: now.getTime() + START_MS,
  };
  const item = toJobItem(job, now);
  const hasBegun = current === undefined ? await ledger.add(item) : await ledger.change(current.item, item);
  return hasBegun ? { job, item } : undefined;
}

/** Changes facts of an erasure. Undefined if another run has replaced this one. */
export async function updateJob(
  ledger: Pick<EditedRows, "change">,
  { job, item }: StoredJob,
  facts: Partial<ErasureJob>,
  now: Date,
): Promise<StoredJob | undefined> {
  const wantedJob = { ...job, ...facts };
  const writtenItem = toJobItem(wantedJob, now);
  return (await ledger.change(item, writtenItem)) ? { job: wantedJob, item: writtenItem } : undefined;
}

function toJobItem(job: ErasureJob, now: Date): Item {
  return toItem({ ...job, [EXPIRY_ATTRIBUTE]: Math.floor(now.getTime() / 1_000) + KEPT_SECONDS });
}

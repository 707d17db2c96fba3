import { randomUUID } from "node:crypto";
import { AccountError } from "../adapters/graph/accounts/account-error";
import type { Accounts, Created } from "../adapters/graph/accounts/accounts";
import { GraphError } from "../adapters/graph/graph";
import type { ApprovalStore } from "../adapters/tables/approvals";
import type { TransitionResult } from "../engine/approvals/change";
import type { ApprovalRequest, ProvisionedAccount, Stored } from "../engine/approvals/request";
import { accountMade, claim, complete, fail, release } from "../engine/approvals/transitions";
import { count, logger, traceOf } from "./report";

/** The longest that Graph may take over one account. */
const GRAPH_MS = 40_000;
/** What the table may take besides, however slow it is. */
const TABLE_MS = 16_000;
/** Both together. */
export const LONGEST_TRY_MS = GRAPH_MS + TABLE_MS;
/** When it ends, whoever held it is done or dead. */
export const LEASE_MS = LONGEST_TRY_MS + 20_000;

/** From the first pause to the longest: an outage of Graph is met again within the hour. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** Graph may ask for more than that, within reason. */
const LONGEST_ASKED_MS = 24 * 3_600_000;
/** About a day of trying; then an operator has to look. */
const MAX_ATTEMPTS = 30;

/** What became of a try: `left` alone, for there was nothing to do, or another is at it. */
export type Provisioned = "provisioned" | "failed" | "released" | "left";

export interface Tools {
  readonly store: Pick<ApprovalStore, "change">;
  readonly accounts: Accounts;
  /** Whether the person is sent by us to where they accept an invitation. */
  readonly keepsRedeemUrl: boolean;
}

/**
 * Makes the account of one approved request, if it is there to be made: takes the lease, calls Graph, writes down what
 * came of it. May be asked by anybody at any time, and again after any crash. Throws what keeps the table from being read
 * or written; what Graph answers never throws.
 */
export async function provisionRequest(id: string, { store, accounts, keepsRedeemUrl }: Tools): Promise<Provisioned> {
  const holder = randomUUID();
  const claimed = await store.change(id, (stored) => claim(stored, { holder, leaseMs: LEASE_MS }, new Date()));
  if (!claimed.ok) return "left";
  const { request } = claimed;
  const account = (accountId: string, redeemUrl = request.account?.redeemUrl): ProvisionedAccount => ({
    id: accountId,
    ...(keepsRedeemUrl && redeemUrl !== undefined && { redeemUrl }),
  });
  const settle = async (result: Provisioned, transition: (stored: Stored) => TransitionResult): Promise<Provisioned> =>
    (await store.change(id, transition)).ok ? result : "left";

  let created: Created;
  try {
    created = await accounts.provision(request, progressOf(request), saveProgress, AbortSignal.timeout(GRAPH_MS));
  } catch (error) {
    if (error instanceof LeaseLostError) return "left";
    return await settleTrouble(error);
  }
  const result = await settle("provisioned", (stored) =>
    complete(stored, holder, account(created.accountId, created.redeemUrl), new Date()),
  );
  if (result === "provisioned")
    logger.info("account made", { kind: created.kind, reference: request.reference, personId: request.personId });
  return result;

  async function saveProgress(accountId: string, redeemUrl?: string): Promise<void> {
    const saved = await store.change(id, (stored) => accountMade(stored, holder, account(accountId, redeemUrl), new Date()));
    if (!saved.ok) throw new LeaseLostError();
  }

  async function settleTrouble(error: unknown): Promise<Provisioned> {
    const retryAt = retryAtOf(request, error, new Date());
    const result =
      retryAt === undefined
        ? await settle("failed", (stored) => fail(stored, holder, failureOf(error), new Date()))
        : await settle("released", (stored) => release(stored, holder, retryAt, new Date()));
    if (result !== "left") reportTrouble(request, error, retryAt);
    return result;
  }
}

/** Somebody else goes on with it. */
class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

function progressOf({ account }: ApprovalRequest) {
  return account && { accountId: account.id, ...(account.redeemUrl !== undefined && { redeemUrl: account.redeemUrl }) };
}

/** When it is worth another try; undefined if it is not, or has been for a day. */
function retryAtOf({ attempts = 0 }: ApprovalRequest, error: unknown, now: Date): Date | undefined {
  const retry = error instanceof AccountError ? error.retry : {};
  if (retry === "never" || attempts + 1 >= MAX_ATTEMPTS) return undefined;
  const own = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS);
  const asked = Math.min(retry.afterMs ?? 0, LONGEST_ASKED_MS);
  return new Date(now.getTime() + Math.max(own, asked));
}

function failureOf(error: unknown) {
  if (!(error instanceof AccountError)) return { reason: "unexpected" };
  const { reason, property, cause } = error;
  return {
    reason,
    ...(property !== undefined && { detail: property }),
    ...(cause instanceof GraphError && { graph: `${cause.status} ${cause.code}` }),
  };
}

/** Codes alone, and what Microsoft's support asks for. */
function reportTrouble({ reference, personId, attempts = 0 }: ApprovalRequest, error: unknown, retryAt: Date | undefined): void {
  const { status, code, requestId } = ((error as Error | undefined)?.cause ?? {}) as Readonly<Record<string, unknown>>;
  const known = error instanceof AccountError ? { graph: { status, code, requestId } } : traceOf(error);
  const line = { reference, personId, ...failureOf(error), attempt: attempts + 1, ...known };
  if (retryAt !== undefined) {
    logger.warn("account put off", { ...line, retryAt: retryAt.toISOString() });
    return;
  }
  logger.error("account failed", line);
  count("ProvisioningFailed");
}

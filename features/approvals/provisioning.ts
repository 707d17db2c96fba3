import { keepGiven } from "../../engine/json";
import type { Clock, Random } from "../../engine/sign-up/time";
import type { TransitionResult } from "./change";
import { type ApprovalRequest, DENIED_BY_LIST, type ProvisionedAccount, type Stored } from "./request";
import { claim, complete, fail, release, storeAccount } from "./transitions";

export const DIRECTORY_MS = 40_000;
export const NOTE_MS = 2_000;
/** Limit for all reads and writes of the tables. The directory has a limit of its own. */
const TABLE_MS = 16_000 + NOTE_MS;
export const LONGEST_TRY_MS = DIRECTORY_MS + TABLE_MS;
/** Once a lease ends, the worker that held it has finished or crashed. */
export const LEASE_MS = LONGEST_TRY_MS + 20_000;

/** Each further pause is twice as long, up to `LONGEST_PAUSE_MS`. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** Limit of the pause that the directory may request. */
const LONGEST_ASKED_MS = 24 * 3_600_000;
/** About a day of retries. Then an operator has to look. */
const MAX_ATTEMPTS = 30;

/** `existing`: the account was there already and is unchanged. */
export interface Created {
  readonly kind: "created" | "existing";
  readonly accountId: string;
  /** Everyone who has the link can accept the invitation. Absent for accounts not invited in this run. */
  readonly redeemUrl?: string;
  /** Why the account has no sponsor in the tenant although the request names one. */
  readonly noSponsor?: string;
  /** True if this run has set the request's sponsor in the tenant. */
  readonly hasSetSponsor?: boolean;
}

export interface AccountProgress {
  readonly accountId?: string;
  readonly redeemUrl?: string;
}

export interface AccountTrouble {
  readonly retry: "never" | { /** Not before that many milliseconds. */ readonly afterMs?: number };
  readonly failure: NonNullable<ApprovalRequest["failure"]>;
}

export interface ProvisioningPorts {
  change(id: string, transition: (storedRequest: Stored) => TransitionResult): Promise<TransitionResult>;
  /** The entry that denies the person now. A denied person gets no account, whoever approved them. */
  denyingEntry(request: ApprovalRequest): Promise<string | undefined>;
  /**
   * @param onProgress called as soon as the account's id is known; once its promise resolves, a later run can continue with this account
   */
  createAccount(
    request: ApprovalRequest,
    progress: AccountProgress | undefined,
    onProgress: (accountId: string, redeemUrl?: string) => Promise<void>,
  ): Promise<Created>;
  /** Records the account's owner, for the account's tokens. Repeatable. @param hasSetSponsor true once the request's sponsor is set. @default false */
  noteAccount(request: ApprovalRequest, accountId: string, hasSetSponsor?: boolean): Promise<void>;
  troubleOf(error: unknown): AccountTrouble;
  readonly keepsRedeemUrl: boolean;
  readonly clock: Clock;
  readonly random: Random;
  onCreated(request: ApprovalRequest, createdAccount: Created): void;
  /** @param retryAt absent if there is no retry */
  onTrouble(request: ApprovalRequest, error: unknown, retryAt: Date | undefined): void;
  onDenied(request: ApprovalRequest): void;
}

/** `left`: nothing to do, or another worker holds the request. */
export type Provisioned = "provisioned" | "failed" | "released" | "left";

/**
 * Creates the account if one is due. Repeatable, also after a crash. Throws only if the lease or the result cannot be written. Any other
 * error releases the request, or makes it failed.
 */
export async function provisionRequest(id: string, ports: ProvisioningPorts): Promise<Provisioned> {
  const { clock, keepsRedeemUrl } = ports;
  const now = () => new Date(clock.now());
  const holder = ports.random.uuid();
  const claimResult = await ports.change(id, (storedRequest) => claim(storedRequest, { holder, leaseMs: LEASE_MS }, now()));
  if (!claimResult.ok) return "left";
  const { request } = claimResult;
  const account = (accountId: string, redeemUrl = request.account?.redeemUrl): ProvisionedAccount => ({
    id: accountId,
    ...keepGiven({ redeemUrl: keepsRedeemUrl ? redeemUrl : undefined }),
  });
  const settle = async (result: Provisioned, transition: (storedRequest: Stored) => TransitionResult): Promise<Provisioned> =>
    (await ports.change(id, transition)).ok ? result : "left";

  let createdAccount: Created;
  try {
    // An earlier run may have crashed before it recorded the account's owner.
    if (request.account !== undefined) await ports.noteAccount(request, request.account.id);
    const entry = await ports.denyingEntry(request);
    if (entry !== undefined) return await settleDenied(entry);
    createdAccount = await ports.createAccount(
      request,
      request.account && { accountId: request.account.id, redeemUrl: request.account.redeemUrl },
      saveProgress,
    );
    if (createdAccount.hasSetSponsor) await ports.noteAccount(request, createdAccount.accountId, true);
  } catch (error) {
    if (error instanceof LeaseLostError) return "left";
    return await settleTrouble(error);
  }
  const { accountId, redeemUrl, noSponsor } = createdAccount;
  const note = noSponsor && `no sponsor: ${noSponsor}`;
  const result = await settle("provisioned", (storedRequest) =>
    complete(storedRequest, holder, account(accountId, redeemUrl), now(), note),
  );
  if (result === "provisioned") ports.onCreated(request, createdAccount);
  return result;

  async function saveProgress(accountId: string, redeemUrl?: string): Promise<void> {
    const saveResult = await ports.change(id, (storedRequest) => storeAccount(storedRequest, holder, account(accountId, redeemUrl), now()));
    if (!saveResult.ok) throw new LeaseLostError();
    // This is not reached for an account found by address alone, because such an account may be somebody else's.
    await ports.noteAccount(request, accountId);
  }

  async function settleDenied(entry: string): Promise<Provisioned> {
    const failure = { reason: DENIED_BY_LIST, detail: entry };
    const result = await settle("failed", (storedRequest) => fail(storedRequest, holder, failure, now()));
    if (result !== "left") ports.onDenied(request);
    return result;
  }

  async function settleTrouble(error: unknown): Promise<Provisioned> {
    const { retry, failure } = ports.troubleOf(error);
    const retryAt = computeRetryTime(request, retry, now());
    const result =
      retryAt === undefined
        ? await settle("failed", (storedRequest) => fail(storedRequest, holder, failure, now()))
        : await settle("released", (storedRequest) => release(storedRequest, holder, retryAt, now(), failure));
    if (result !== "left") ports.onTrouble(request, error, retryAt);
    return result;
  }
}

class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

function computeRetryTime({ attempts = 0 }: ApprovalRequest, retry: AccountTrouble["retry"], now: Date): Date | undefined {
  if (retry === "never" || attempts + 1 >= MAX_ATTEMPTS) return undefined;
  const backoffMs = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS);
  const requestedMs = Math.min(retry.afterMs ?? 0, LONGEST_ASKED_MS);
  return new Date(now.getTime() + Math.max(backoffMs, requestedMs));
}

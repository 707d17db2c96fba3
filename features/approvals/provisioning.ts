import type { Clock, Random } from "../../engine/sign-up/time";
import type { TransitionResult } from "./change";
import type { ApprovalRequest, ProvisionedAccount, Stored } from "./request";
import { accountMade, claim, complete, fail, release } from "./transitions";

/** The longest that the directory may take over one account. */
export const DIRECTORY_MS = 40_000;
/** The longest that it may take to keep whose an account is. */
export const NOTE_MS = 2_000;
/** What the tables may take besides the directory, however slow they are. */
const TABLE_MS = 16_000 + NOTE_MS;
/** Directory and tables together. */
export const LONGEST_TRY_MS = DIRECTORY_MS + TABLE_MS;
/** When it ends, its holder is done or dead. */
export const LEASE_MS = LONGEST_TRY_MS + 20_000;

/** From the first pause to the longest: an outage of the directory is met again within the hour. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** The directory may ask for more than that, within reason. */
const LONGEST_ASKED_MS = 24 * 3_600_000;
/** About a day of trying; then an operator has to look. */
const MAX_ATTEMPTS = 30;

/** `existing`: the account was there, and was left as it was. */
export interface Created {
  readonly kind: "created" | "existing";
  /** The account's object id. */
  readonly accountId: string;
  /** Where an invited person accepts; everyone who has the link can. Absent for accounts that were not invited in this run. */
  readonly redeemUrl?: string;
  /** Why nobody of the tenant answers for it, although the request names somebody. */
  readonly noSponsor?: string;
}

/** How far an earlier run came. */
export interface AccountProgress {
  readonly accountId?: string;
  readonly redeemUrl?: string;
}

/** Why there is no account: when it is worth trying again, and what the request keeps of it. */
export interface AccountTrouble {
  readonly retry: "never" | { /** Not before that many milliseconds. */ readonly afterMs?: number };
  readonly failure: NonNullable<ApprovalRequest["failure"]>;
}

/** What making an account takes. */
export interface ProvisioningPorts {
  change(id: string, transition: (stored: Stored) => TransitionResult): Promise<TransitionResult>;
  /** @param onProgress called as soon as the account's id is known; when it is done, a later run can take up from there */
  createAccount(
    request: ApprovalRequest,
    progress: AccountProgress | undefined,
    onProgress: (accountId: string, redeemUrl?: string) => Promise<void>,
  ): Promise<Created>;
  /** Keeps whose account it is, for the tokens that are sent to it. Harmless to repeat. */
  noteAccount(request: ApprovalRequest, accountId: string): Promise<void>;
  troubleOf(error: unknown): AccountTrouble;
  /** Whether the person is sent by us to where they accept an invitation. */
  readonly keepsRedeemUrl: boolean;
  readonly clock: Clock;
  readonly random: Random;
  onCreated(request: ApprovalRequest, created: Created): void;
  /** @param retryAt absent where there is no other try */
  onTrouble(request: ApprovalRequest, error: unknown, retryAt: Date | undefined): void;
}

/** What became of a try: `left` alone, for there was nothing to do, or another is at it. */
export type Provisioned = "provisioned" | "failed" | "released" | "left";

/**
 * Makes the account of one approved request, if it is there to be made: takes the lease, calls the directory, writes down
 * what came of it. May be called by anybody at any time, and again after any crash. Throws what keeps the table from being
 * read or written; what the directory answers never throws.
 */
export async function provisionRequest(id: string, ports: ProvisioningPorts): Promise<Provisioned> {
  const { clock, keepsRedeemUrl } = ports;
  const now = () => new Date(clock.now());
  const holder = ports.random.uuid();
  const claimed = await ports.change(id, (stored) => claim(stored, { holder, leaseMs: LEASE_MS }, now()));
  if (!claimed.ok) return "left";
  const { request } = claimed;
  const account = (accountId: string, redeemUrl = request.account?.redeemUrl): ProvisionedAccount => ({
    id: accountId,
    ...(keepsRedeemUrl && redeemUrl !== undefined && { redeemUrl }),
  });
  const settle = async (result: Provisioned, transition: (stored: Stored) => TransitionResult): Promise<Provisioned> =>
    (await ports.change(id, transition)).ok ? result : "left";

  let created: Created;
  try {
    // The run that made it may have died before this.
    if (request.account !== undefined) await ports.noteAccount(request, request.account.id);
    created = await ports.createAccount(request, progressOf(request), saveProgress);
  } catch (error) {
    if (error instanceof LeaseLostError) return "left";
    return await settleTrouble(error);
  }
  const { accountId, redeemUrl, noSponsor } = created;
  const note = noSponsor && `no sponsor: ${noSponsor}`;
  const result = await settle("provisioned", (stored) => complete(stored, holder, account(accountId, redeemUrl), now(), note));
  if (result === "provisioned") ports.onCreated(request, created);
  return result;

  async function saveProgress(accountId: string, redeemUrl?: string): Promise<void> {
    const saved = await ports.change(id, (stored) => accountMade(stored, holder, account(accountId, redeemUrl), now()));
    if (!saved.ok) throw new LeaseLostError();
    // Only here: an account that was found by its address alone may be somebody else's, and is no progress.
    await ports.noteAccount(request, accountId);
  }

  async function settleTrouble(error: unknown): Promise<Provisioned> {
    const { retry, failure } = ports.troubleOf(error);
    const retryAt = retryAtOf(request, retry, now());
    const result =
      retryAt === undefined
        ? await settle("failed", (stored) => fail(stored, holder, failure, now()))
        : await settle("released", (stored) => release(stored, holder, retryAt, now()));
    if (result !== "left") ports.onTrouble(request, error, retryAt);
    return result;
  }
}

/** Somebody else goes on with it. */
class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

function progressOf({ account }: ApprovalRequest): AccountProgress | undefined {
  return account && { accountId: account.id, ...(account.redeemUrl !== undefined && { redeemUrl: account.redeemUrl }) };
}

/** When it is worth another try; undefined if it is not, or has been for a day. */
function retryAtOf({ attempts = 0 }: ApprovalRequest, retry: AccountTrouble["retry"], now: Date): Date | undefined {
  if (retry === "never" || attempts + 1 >= MAX_ATTEMPTS) return undefined;
  const own = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS);
  const asked = Math.min(retry.afterMs ?? 0, LONGEST_ASKED_MS);
  return new Date(now.getTime() + Math.max(own, asked));
}

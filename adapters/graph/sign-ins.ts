import type { GraphClient } from "./graph";
import { GraphError } from "./graph";
import { fetchAllPages } from "./patient-calls";

/** Graph accepts at most 15 values in one filter. */
export const IDS_A_CALL = 15;
/** Nothing that must happen waits for these answers, so a slow one counts as none. */
const READ_MS = 30_000;
/** Entra's word for no moment. */
const NEVER = "0001-01-01";

interface Answer {
  readonly id: string;
  readonly signInActivity?: unknown;
  readonly externalUserState?: unknown;
  readonly externalUserStateChangeDateTime?: unknown;
}

type AskGraph = Pick<GraphClient, "get" | "address">;

/**
 * Reads when accounts signed in, in a call of its own: without a licence of Entra ID P1, Graph refuses the whole call that asks for it.
 * Omits accounts about which Graph tells nothing that can be read: those without a moment, or with one in the future.
 */
export async function readSignIns(graph: AskGraph, ids: readonly string[], now: Date) {
  const users = await readUsers(graph, ids, "id,signInActivity");
  const known = new Map<string, { readonly success?: string | undefined; readonly attempt?: string | undefined }>();
  for (const { id, signInActivity } of users) {
    const activity = Object(signInActivity) as Readonly<Record<string, unknown>>;
    const readMember = (name: string) => parseMoment(activity[name], now);
    const success = readMember("lastSuccessfulSignInDateTime");
    const attempts = [readMember("lastSignInDateTime"), readMember("lastNonInteractiveSignInDateTime")];
    if ([success, ...attempts].includes("unreadable")) continue;
    const attempt = attempts
      .filter((each) => each !== undefined)
      .sort()
      .at(-1);
    if (success !== undefined || attempt !== undefined) known.set(id.toLowerCase(), { success, attempt });
  }
  return known;
}

/** Reads whether guests have redeemed Entra's invitation. Omits accounts that are missing in the answer. */
export async function readRedemptions(graph: AskGraph, ids: readonly string[], now: Date) {
  const users = await readUsers(graph, ids, "id,externalUserState,externalUserStateChangeDateTime");
  const known = new Map<string, { readonly isPending: boolean; readonly since?: string | undefined }>();
  for (const { id, externalUserState, externalUserStateChangeDateTime } of users) {
    const since = parseMoment(externalUserStateChangeDateTime, now);
    known.set(id.toLowerCase(), {
      isPending: externalUserState === "PendingAcceptance",
      since: since === "unreadable" ? undefined : since,
    });
  }
  return known;
}

/** @param ids at most `IDS_A_CALL` */
async function readUsers(graph: AskGraph, ids: readonly string[], selected: string): Promise<readonly Answer[]> {
  const filter = encodeURIComponent(`id in (${ids.map((id) => `'${id}'`).join(",")})`);
  return await fetchAllPages<Answer>(graph, `/users?$filter=${filter}&$select=${selected}`, ["id"], AbortSignal.timeout(READ_MS));
}

/** Undefined if there is none. `unreadable`: it is no time, or in the future. */
function parseMoment(value: unknown, now: Date): string | undefined | "unreadable" {
  if (value === undefined || value === null) return undefined;
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (typeof value === "string" && value.startsWith(NEVER)) return undefined;
  return ms <= now.getTime() ? new Date(ms).toISOString() : "unreadable";
}

/** The answer, or undefined if Graph gave none. */
export async function orUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch((error: unknown) => {
    if (error instanceof GraphError) return undefined;
    throw error;
  });
}

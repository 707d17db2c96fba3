import {
  GATEWAY_CACHE_MS,
  type PasswordState,
  PREVIOUS_PASSES_MS,
  UNNOTED_MS,
  UNSEEN_PASSES_MS,
  type UserPassword,
} from "../../../adapters/aws/credentials";
import { type CredentialsSecret, type CurrentCredentials, computeMsUntilKnown } from "../../../adapters/aws/credentials-secret";
import { MS_PER_DAY, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { type GateConnector, listConnectorPaths, sharedPaths } from "../../entra/client/api-connectors";

/**
 * If nobody has shown a password for this time, the password counts as unused. The time is twice the interval of a caller that calls every
 * five minutes, because a rate limit may stop one of its calls.
 */
const QUIET_MS = 10 * MS_PER_MINUTE;

/**
 * The next task:
 * - `rotate`: make a new password, then `prove` it;
 * - `prove`: both passwords are accepted. Send the current one until a call of each step shows it: connectors cannot be asked whether they
 * have it, and sending it twice changes nothing;
 * - `drop`: every step has shown the current password. The previous one is unused or has expired;
 * - `mend`: the previous password has expired before every step showed the current one. Send the current one again, because the connectors
 * may have none that is accepted.
 */
export type RotationTask = "rotate" | "prove" | "drop" | "mend" | "rest";

/**
 * Chooses the next task. A rotation that has begun is always finished. @param everyMs the age at which a password is replaced; 0 replaces
 * it at once
 */
export function nextTask(state: PasswordState, now: Date, everyMs: number): RotationTask {
  const { madeAt, hasPrevious, notSeenAt } = state;
  const age = now.getTime() - madeAt.getTime();
  const isProven = notSeenAt.length === 0;
  if (hasPrevious && !isProven && age < UNSEEN_PASSES_MS) return "prove";
  if (hasPrevious && isProven && age < PREVIOUS_PASSES_MS) return quietFrom(state) <= now ? "drop" : "prove";
  if (age >= everyMs) return "rotate";
  if (!hasPrevious) return "rest";
  return isProven ? "drop" : "mend";
}

/**
 * Returns when the previous password counts as unused. Its newest uses may not have been noted, so the result allows for a use after
 * `previousSeenAt`.
 */
export function quietFrom({ madeAt, previousSeenAt = madeAt }: PasswordState): Date {
  const lastUnnoted = Math.max(madeAt.getTime(), previousSeenAt.getTime()) + UNNOTED_MS + GATEWAY_CACHE_MS;
  return new Date(lastUnnoted + QUIET_MS);
}

/** The time after which a rotation is overdue if the new password is not used. The previous password is accepted for seven days. */
const PATIENCE_MS = 2 * MS_PER_DAY;

export interface RotationTools<C extends GateConnector> {
  /** Age at which a password is replaced; 0 replaces it at once. */
  readonly everyMs: number;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<unknown>;
  update(connector: C, credential: UserPassword, current: CurrentCredentials): Promise<unknown>;
}

export interface GateRotation {
  readonly task: RotationTask;
  readonly current: CurrentCredentials;
  /** True if connectors should have used the current password at every step by now, but have not. */
  readonly isOverdue: boolean;
}

/** Does the gate's next task. A later run continues an unfinished rotation. */
export async function rotateGate<C extends GateConnector>(
  secret: CredentialsSecret,
  connectors: readonly C[],
  tools: RotationTools<C>,
): Promise<GateRotation> {
  const paths = listConnectorPaths(connectors);
  let current = await secret.read(paths);
  const age = tools.now().getTime() - current.madeAt.getTime();
  const task = nextTask(current, tools.now(), tools.everyMs);
  if (task === "rotate") {
    await secret.rotate(current);
    current = await secret.read(paths);
  }
  if (task === "rotate" || task === "prove" || task === "mend") await send(connectors, current, tools);
  // If several connectors call one step, one call proves nothing about the others. Then the previous password stays until it expires.
  const isUnused = task === "drop" && (sharedPaths(connectors).length === 0 || age >= PREVIOUS_PASSES_MS);
  if (isUnused || task === "mend") await secret.revoke(current);
  return { task, current, isOverdue: task === "mend" || (task === "prove" && age >= PATIENCE_MS) };
}

/** Sends the password even to connectors that may have it, because nobody can read whether they do. Sending it twice changes nothing. */
async function send<C extends GateConnector>(connectors: readonly C[], current: CurrentCredentials, tools: RotationTools<C>) {
  const { username, password } = current;
  await tools.sleep(computeMsUntilKnown(current, tools.now()));
  for (const connector of connectors) await tools.update(connector, { username, password }, current);
}

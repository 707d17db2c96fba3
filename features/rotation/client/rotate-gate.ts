import { PREVIOUS_PASSES_MS, type UserPassword } from "../../../adapters/aws/credentials";
import { type CredentialsSecret, type CurrentCredentials, computeMsUntilKnown } from "../../../adapters/aws/credentials-secret";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { type GateConnector, listConnectorPaths, sharedPaths } from "../../entra/client/api-connectors";
import { nextTask, type RotationTask } from "./rotation";

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

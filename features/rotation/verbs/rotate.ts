import { setTimeout as sleep } from "node:timers/promises";
import type { CommandContext } from "../../../cli/command";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { flowsOfTheirGates } from "../../entra/verbs/flows";
import type { EntraOptions } from "../../entra/verbs/options";
import { addCertificates } from "./certificates";
import { gatesToRotate } from "./gates";
import { type PasswordOptions, rotatePasswords } from "./passwords";

export interface TenantRotateOptions extends EntraOptions, PasswordOptions {
  /** The path of a certificate that connectors are to show. */
  readonly certificate?: string;
}

const INTERRUPTED =
  "Interrupted: both passwords still pass; entra credentials show says until when. Repeat the command to continue from there; it makes no further password.";

/** `entra-gatehouse entra rotate`. */
export async function rotateInTenant({ certificate, ...options }: TenantRotateOptions, session: CommandContext): Promise<void> {
  if (certificate !== undefined) {
    return await addCertificates(await gatesToRotate(options, session.output), { ...options, certificate }, session);
  }
  // A gate's password ends for all that call it, whichever flow is named.
  const gates = await gatesToRotate(options, session.output, flowsOfTheirGates);
  await rotatePasswords(gates, options, session, { now: () => new Date(), sleep: sleepOrStop });
}

/** Ctrl-C during a wait ends with a sentence about the passwords: two of them pass whenever there is something to wait for. */
async function sleepOrStop(ms: number): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once("SIGINT", onSignal);
  try {
    await sleep(ms, undefined, { signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new CommandError(INTERRUPTED, exitCodes.interrupted);
  } finally {
    process.off("SIGINT", onSignal);
  }
}

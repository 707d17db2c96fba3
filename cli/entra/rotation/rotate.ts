import { setTimeout as sleep } from "node:timers/promises";
import { type CommandContext, exitCodes } from "../../command";
import { CommandError } from "../../failure";
import { flowsOfTheirGates } from "../flows";
import type { EntraOptions } from "../options";
import { addCertificates } from "./certificates";
import { gatesToRotate } from "./gates";
import { type PasswordOptions, rotatePasswords } from "./passwords";

export interface TenantRotateOptions extends EntraOptions, PasswordOptions {
  /** The path of a certificate that connectors are to show. */
  readonly certificate?: string;
}

const INTERRUPTED =
  "Interrupted: both passwords go on passing; credentials show says until when. The same command again goes on from there, and makes no further password.";

/** `entra-gatehouse entra rotate`. */
export async function rotateInTenant({ certificate, ...options }: TenantRotateOptions, session: CommandContext): Promise<void> {
  if (certificate !== undefined) {
    return await addCertificates(await gatesToRotate(options, session.output), { ...options, certificate }, session);
  }
  // What passes at a gate ends for all that call it, whichever flow is named.
  const gates = await gatesToRotate(options, session.output, flowsOfTheirGates);
  await rotatePasswords(gates, options, session, { now: () => new Date(), sleep: sleepOrStop });
}

/** Where Ctrl-C comes while nothing is under way, there is time to say how things stand: two passwords pass whenever there is something to wait for. */
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

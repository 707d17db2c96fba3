import { setTimeout as sleep } from "node:timers/promises";
import type { CommandContext } from "../command";
import { flowsOfTheirGates } from "./flows";
import type { EntraOptions } from "./options";
import { addCertificates } from "./rotation/certificates";
import { gatesToRotate } from "./rotation/gates";
import { type PasswordOptions, rotatePasswords } from "./rotation/passwords";

export interface TenantRotateOptions extends EntraOptions, PasswordOptions {
  /** The path of a certificate that connectors are to show. */
  readonly certificate?: string;
}

/** `entra-gatehouse entra rotate`. */
export async function rotateInTenant({ certificate, ...options }: TenantRotateOptions, session: CommandContext): Promise<void> {
  if (certificate !== undefined) {
    return await addCertificates(await gatesToRotate(options, session.output), { ...options, certificate }, session);
  }
  // What passes at a gate ends for all that call it, whichever flow is named.
  const gates = await gatesToRotate(options, session.output, flowsOfTheirGates);
  await rotatePasswords(gates, options, session, { now: () => new Date(), sleep: (ms) => sleep(ms) });
}

import { setTimeout as sleep } from "node:timers/promises";
import type { CommandContext } from "../command";
import type { EntraOptions } from "./options";
import { gatesToRotate } from "./rotation/gates";
import { type PasswordOptions, rotatePasswords } from "./rotation/passwords";

export interface TenantRotateOptions extends EntraOptions, PasswordOptions {}

/** `entra-gatehouse entra rotate`. */
export async function rotateInTenant(options: TenantRotateOptions, session: CommandContext): Promise<void> {
  const gates = await gatesToRotate(options, session.output);
  await rotatePasswords(gates, options, session, { now: () => new Date(), sleep: (ms) => sleep(ms) });
}

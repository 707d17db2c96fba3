import type { CommandContext } from "../../../cli/command";
import { flowsOfTheirGates } from "../../entra/verbs/flows";
import type { EntraOptions } from "../../entra/verbs/options";
import { addCertificates } from "./certificates";
import { gatesToRotate } from "./gates";
import { rotatePasswords } from "./passwords";

export interface TenantRotateOptions extends EntraOptions {
  readonly certificate?: string;
}

export async function rotateInTenant({ certificate, ...options }: TenantRotateOptions, session: CommandContext): Promise<void> {
  if (certificate !== undefined) {
    return await addCertificates(await gatesToRotate(options, session.output), { ...options, certificate }, session);
  }
  // All flows that call a gate share its password, so the password changes for all of them.
  await rotatePasswords(await gatesToRotate(options, session.output, flowsOfTheirGates), options, session, session.time);
}

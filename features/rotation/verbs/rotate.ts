import type { CommandContext } from "../../../cli/command";
import { flowsOfTheirGates } from "../../entra/verbs/flows";
import type { EntraOptions } from "../../entra/verbs/options";
import { addCertificates } from "./certificates";
import { gatesToRotate } from "./gates";
import { rotatePasswords } from "./passwords";

export interface TenantRotateOptions extends EntraOptions {
  /** The path of a certificate that connectors will show. */
  readonly certificate?: string;
}

/** Runs `entra-gatehouse entra rotate`. */
export async function rotateInTenant({ certificate, ...options }: TenantRotateOptions, session: CommandContext): Promise<void> {
  if (certificate !== undefined) {
    return await addCertificates(await gatesToRotate(options, session.output), { ...options, certificate }, session);
  }
  // A gate's password changes for all flows that call the gate, whichever of them is named.
  await rotatePasswords(await gatesToRotate(options, session.output, flowsOfTheirGates), options, session, session.time);
}

import type { ProvisioningSettings } from "../../../adapters/aws/approval-settings";
import type { ProvisioningPorts } from "../provisioning";

/** Keeps what a feature has to know of an account that an approval made. */
export type AccountNote = ProvisioningPorts["noteAccount"];

/** By which settings accounts are made. */
export type MadeBy = Pick<ProvisioningSettings, "tenantId" | "inviteAll">;

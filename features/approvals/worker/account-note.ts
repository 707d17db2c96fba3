import type { ProvisioningSettings } from "../../../adapters/aws/approval-settings";
import type { ProvisioningPorts } from "../provisioning";

/** Stores data that a feature needs about an account made by an approval. */
export type AccountNote = ProvisioningPorts["noteAccount"];

export type MadeBy = Pick<ProvisioningSettings, "tenantId" | "inviteAll">;

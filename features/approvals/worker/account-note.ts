import type { ProvisioningSettings } from "../../../adapters/aws/approval-settings";
import type { ProvisioningPorts } from "../provisioning";

export type AccountNote = ProvisioningPorts["noteAccount"];

export type MadeBy = Pick<ProvisioningSettings, "tenantId" | "inviteAll">;

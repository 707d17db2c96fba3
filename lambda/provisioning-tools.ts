import { type ProvisioningSettings, provisioningSettings } from "../adapters/aws/approval-settings";
import { environment } from "../adapters/aws/environment";
import { SettingsError } from "../adapters/aws/settings";
import { makeAccounts } from "../adapters/graph/accounts/accounts";
import { graph } from "../adapters/graph/graph";
import type { ApprovalStore } from "../adapters/tables/approvals";
import type { Tools } from "./provision-request";
import { count, logger } from "./report";

/**
 * What it takes to make accounts, by the settings as they stand. Undefined while these cannot be used: that is told and
 * counted, and no request is touched, so that all go on once the settings are fixed.
 */
export function provisioningTools(store: Pick<ApprovalStore, "change">): () => Promise<Tools | undefined> {
  let made: { readonly settings: ProvisioningSettings; readonly tools: Tools } | undefined;
  return async () => {
    try {
      const settings = await provisioningSettings();
      // One client as long as the settings are the same: it holds the token.
      if (made?.settings !== settings) made = { settings, tools: toolsOf(settings, store) };
      return made.tools;
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      logger.error("settings unusable", { problem: error.message });
      count("ApprovalSettingsUnusable");
      return undefined;
    }
  };
}

function toolsOf({ credential, ...settings }: ProvisioningSettings, store: Pick<ApprovalStore, "change">): Tools {
  const directory = graph({ ...settings, clientSecret: async () => credential });
  const extensionsAppId = process.env[environment.extensionsAppId];
  const accounts = makeAccounts(directory, { ...settings, ...(extensionsAppId !== undefined && { extensionsAppId }) });
  return { store, accounts, keepsRedeemUrl: !settings.invitationMail };
}

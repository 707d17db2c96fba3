import { type ProvisioningSettings, provisioningSettings } from "../../../adapters/aws/approval-settings";
import { composeHandler } from "../../../adapters/aws/compose-handler";
import { environment, requireVariable, workerEnvironment } from "../../../adapters/aws/environment";
import { answerPermissionsCall } from "../../../adapters/aws/own-calls";
import { credentialReader, SettingsError } from "../../../adapters/aws/settings";
import { loggedPerson, readErrorTrace } from "../../../adapters/report";
import { streamReader } from "../../../adapters/stream-reader";
import { workNotes } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { omit } from "../../../engine/collections";
import { type Denials, denialsInStack } from "../../access-list/store/denials";
import { accountNotes } from "../../lists/account-notes";
import { AccountError, toAccountTrouble } from "../client/account-error";
import { type AccountNote, type Accounts, type MadeBy, makeAccounts } from "../client/accounts";
import { findSponsor } from "../own-request";
import { DIRECTORY_MS, type ProvisioningPorts, provisionRequest } from "../provisioning";
import { type ApprovalRequest, DENIED_BY_LIST } from "../request";
import { type ApprovalStore, approvalStore } from "../store/approvals";

type ProvisioningWorld = Pick<World, "settings" | "tables" | "secrets" | "directory" | "clock" | "random" | "log">;

/**
 * The stream delivers a batch again if the secret cannot be read, or if a request cannot be claimed or settled. Any other error releases
 * the request for a later try by the sweeper, or makes the request failed.
 */
export function provisioningHandler(world: ProvisioningWorld) {
  const store = approvalStore(world.tables, requireVariable(environment.approvalsTable, world.settings));
  const readPorts = makePortsReader(world, store);

  const readStream = streamReader(world, "provisioning", async (delivery) => {
    const ports = await readPorts();
    if (ports === undefined) return;
    const requests = delivery.read(({ dynamodb }) => dynamodb?.Keys?.id?.S);
    await delivery.each(
      requests,
      async (id) => void (await provisionRequest(id, ports)),
      (id) => id,
    );
  });
  return composeHandler(world, readStream, answerPermissionsCall(world, provisioningSettings(world)));
}

/**
 * Reads the ports for the current settings. Undefined if the settings are unusable: this is logged and counted, and requests stay
 * unchanged.
 */
export function makePortsReader(
  world: ProvisioningWorld,
  store: Pick<ApprovalStore, "change">,
): () => Promise<ProvisioningPorts | undefined> {
  const { log } = world;
  const notes = workNotes(world, "accounts");
  const currentSettings = provisioningSettings(world);
  const denials = denialsInStack(world);
  let provisioning: { readonly settings: ProvisioningSettings; readonly ports: ProvisioningPorts } | undefined;

  function createPorts(application: ProvisioningSettings): ProvisioningPorts {
    const settings = omit(application, "credential");
    const directory = world.directory({ ...settings, clientSecret: credentialReader(application, currentSettings), log });
    const extensionsAppId = world.settings[workerEnvironment.extensionsAppId];
    const accounts = makeAccounts(directory, { ...settings, extensionsAppId });
    const noteAccount = makeAccountNotes(world, settings);
    return provisioningPorts(world, { store, denials, accounts, noteAccount, keepsRedeemUrl: !settings.invitationMail });
  }

  return async () => {
    try {
      const settings = await currentSettings();
      // The directory's client holds a token, so the ports are kept until the settings change.
      if (provisioning?.settings !== settings) provisioning = { settings, ports: createPorts(settings) };
      await notes.succeeded();
      return provisioning.ports;
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      log.error("settings unusable", { problem: error.message });
      log.count("ApprovalSettingsUnusable");
      await notes.failed(error);
      return undefined;
    }
  };
}

type AccountWorld = Pick<World, "settings" | "tables" | "clock">;

const noteMakers: readonly ((world: AccountWorld, maker: MadeBy) => AccountNote | undefined)[] = accountNotes;

export function makeAccountNotes(world: AccountWorld, maker: MadeBy): AccountNote {
  const notes = noteMakers.flatMap((makeNote) => makeNote(world, maker) ?? []);
  return async (...account) => {
    for (const note of notes) await note(...account);
  };
}

export interface ProvisioningTools {
  readonly store: Pick<ApprovalStore, "change">;
  readonly denials: Denials;
  readonly accounts: Accounts;
  readonly noteAccount: ProvisioningPorts["noteAccount"];
  readonly keepsRedeemUrl: boolean;
}

export function provisioningPorts(
  { clock, random, log }: Pick<World, "clock" | "random" | "log">,
  { store, denials, accounts, noteAccount, keepsRedeemUrl }: ProvisioningTools,
): ProvisioningPorts {
  /** Logs only codes, and the request id that Microsoft's support asks for. */
  function onTrouble({ reference, personId, attempts = 0 }: ApprovalRequest, error: unknown, retryAt: Date | undefined): void {
    const { status, code, requestId } = ((error as Error | undefined)?.cause ?? {}) as Readonly<Record<string, unknown>>;
    const trouble = error instanceof AccountError ? { graph: { status, code, requestId } } : readErrorTrace(error);
    const line = { reference, ...loggedPerson(personId), ...toAccountTrouble(error).failure, attempt: attempts + 1, ...trouble };
    if (retryAt !== undefined) {
      log.warn("account put off", { ...line, retryAt: retryAt.toISOString() });
      return;
    }
    log.error("account failed", line);
    log.count("ProvisioningFailed");
  }

  return {
    change: store.change,
    denyingEntry: async (request) => (await denials.findDenials([request], new Date(clock.now()))).get(request),
    createAccount: (request, progress, onProgress) =>
      accounts.provision({ ...request, sponsor: findSponsor(request) }, progress, onProgress, AbortSignal.timeout(DIRECTORY_MS)),
    noteAccount,
    troubleOf: toAccountTrouble,
    keepsRedeemUrl,
    clock,
    random,
    onCreated: ({ reference, personId }, { kind, noSponsor }) =>
      log.info("account made", { kind, reference, ...loggedPerson(personId), noSponsor }),
    onTrouble,
    onDenied({ reference, personId, attempts = 0 }) {
      // Does not log the access list's entry: it may be the person's address.
      log.error("account failed", { reference, ...loggedPerson(personId), reason: DENIED_BY_LIST, attempt: attempts + 1 });
      log.count("ProvisioningFailed");
    },
  };
}

import { setTimeout as sleep } from "node:timers/promises";
import type { ProvisioningSettings } from "../../../adapters/aws/approval-settings";
import { type Graph, GraphError, otherForm } from "../../../adapters/graph/graph";
import { fetchAllPages, hasTexts } from "../../../adapters/graph/patient-calls";
import { hasSponsor, type SponsorOutcome, setSponsor, sponsorByAddress } from "../../../adapters/graph/sponsors";
import {
  buildIdentityPath,
  buildMailPath,
  buildPrincipalNamePath,
  type GraphIdentity,
  isTenantDomain,
} from "../../../adapters/graph/users";
import { splitAddress } from "../../../engine/sign-up/email";
import type { AccountProgress, Created, ProvisioningPorts } from "../provisioning";
import { AccountError, isConflict, mayConcern, toAccountError, toInvitationError } from "./account-error";
import {
  type Applicant,
  buildProfile,
  foreseenRefusal,
  graphIdentities,
  isSocial,
  messageLanguage,
  type Profile,
  userPrincipalName,
} from "./bodies";

export interface AccountOptions {
  readonly tenantDomain: string;
  readonly redirectUrl: string;
  /** True if Microsoft sends its own mail with an invitation. */
  readonly invitationMail: boolean;
  /** True if everybody is invited, whatever their identity. @default false: identities decide, as in Entra's article */
  readonly inviteAll?: boolean;
  /** `approver` for the person who approved, or an object as in Graph's paths: `users/ID`, `groups/ID`. Empty for none. */
  readonly sponsor?: string;
  readonly extensionsAppId?: string;
}

type OnProgress = (accountId: string, redeemUrl?: string) => Promise<void>;

export interface Accounts {
  /**
   * Creates a guest account once: a repeat or a concurrent run finds the existing account. Throws AccountError if Graph refuses, and errors
   * of `onProgress` or of reading the secret.
   * @param onProgress called as soon as the account's id is known; once its promise resolves, a later run can resume from there
   */
  provision(applicant: Applicant, progress?: AccountProgress, onProgress?: OnProgress, signal?: AbortSignal): Promise<Created>;
}

/**
 * Pauses between tries to change an invited account, in milliseconds, because parts of Graph may not know the account right after the
 * invitation.
 */
const VISIBILITY_PAUSES_MS = [250, 500, 1_000, 2_000];
/** Pause before a later run tries again: Entra's replicas agree within a minute or so. */
const VISIBLE_AFTER_MS = 30_000;

interface Account {
  readonly id: string;
  readonly userType?: string | null;
  readonly identities?: readonly { readonly issuer?: string | null; readonly issuerAssignedId?: string | null }[] | null;
  readonly externalUserState?: string | null;
}

interface Invitation {
  readonly inviteRedeemUrl: string;
  readonly status: string;
  readonly invitedUser: { readonly id: string };
}

interface Provisioning extends AccountOptions {
  readonly graph: Graph;
  readonly applicant: Applicant;
  readonly profile: Profile;
  readonly progress: AccountProgress;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal | undefined;
}

/** Throws if the options are inconsistent. */
export function makeAccounts(graph: Graph, options: AccountOptions): Accounts {
  assertUsable(options);
  return {
    async provision(applicant, progress = {}, onProgress = async () => undefined, signal) {
      const identities = options.inviteAll ? [] : applicant.identities;
      const refusal = progress.accountId === undefined ? foreseenRefusal(identities) : undefined;
      let isKnown = false;
      const run: Provisioning = {
        ...options,
        graph: {
          ...graph,
          get: async (path, givenSignal) => {
            const body = await graph.get(path, givenSignal);
            isKnown = true;
            return body as never;
          },
        },
        applicant,
        profile: buildProfile(applicant, options.extensionsAppId),
        progress,
        onProgress,
        signal,
      };
      try {
        if (refusal !== undefined) return await findHandmadeAccount(refusal, run);
        const createdAccount = identities.length === 0 ? await invite(run) : await createUser(run);
        const sponsor = createdAccount.kind === "created" ? await addSponsor(createdAccount.accountId, run) : undefined;
        if (sponsor === undefined || sponsor === "there-already") return createdAccount;
        return { ...createdAccount, ...(sponsor === "set" ? { hasSetSponsor: true } : { noSponsor: sponsor }) };
      } catch (error) {
        throw toAccountError(error, Object.keys(run.profile), isKnown);
      }
    },
  };
}

function assertUsable({ tenantDomain, redirectUrl }: AccountOptions): void {
  if (!isTenantDomain(tenantDomain)) {
    throw new Error(`tenantDomain is "${tenantDomain}"; it must be a domain of the tenant, such as contoso.onmicrosoft.com.`);
  }
  if (!URL.canParse(redirectUrl) || new URL(redirectUrl).protocol !== "https:") {
    throw new Error(`redirectUrl is "${redirectUrl}"; it must be an https URL.`);
  }
}

async function findHandmadeAccount(refusal: "issuer-not-supported" | "identity-incomplete", run: Provisioning): Promise<Created> {
  const { applicant, graph, signal } = run;
  for (const identity of graphIdentities(applicant.identities) ?? []) {
    const account = await findIdentityAccount(identity, run);
    if (account !== undefined) return { kind: "existing", accountId: account.id };
  }
  // Several accounts with one address may be several people's.
  const [account, ...others] = await findAccounts(buildMailPath(applicant.email), graph, signal);
  if (account === undefined || others.length > 0) throw new AccountError(refusal, "never");
  return { kind: "existing", accountId: account.id };
}

/** Creates an account for a person with Google, Facebook or e-mail one-time passcode. */
async function createUser(run: Provisioning): Promise<Created> {
  const { progress, onProgress } = run;
  if (progress.accountId !== undefined) return { kind: "created", accountId: progress.accountId };
  const user = await findOrCreateUser(run);
  await onProgress(user.accountId);
  return user;
}

async function findOrCreateUser(run: Provisioning): Promise<Created> {
  const { graph, applicant, tenantDomain, profile, signal } = run;
  const identities = graphIdentities(applicant.identities);
  if (identities === undefined) throw new AccountError("identity-incomplete", "never");
  const [identity] = identities;
  const existing = await findIdentityAccount(identity, run);
  if (existing !== undefined) return { kind: "existing", accountId: existing.id };
  const names = new Set([false, true].map((isTaken) => userPrincipalName(applicant, tenantDomain, isTaken)));
  for (const name of names) {
    try {
      // Graph requires a display name, but a form may not collect one.
      const nameFields = { displayName: splitAddress(applicant.email).local, ...profile };
      const body = { userPrincipalName: name, accountEnabled: true, mail: applicant.email, userType: "Guest", identities, ...nameFields };
      const createdAccount = await graph.post<Account>("/users", body, signal);
      return { kind: "created", accountId: readAccountId(createdAccount) };
    } catch (error) {
      if (!isConflict(error)) throw error;
      const ownAccount = await findOwnAccount(identity, name, error, run);
      if (ownAccount !== undefined) return { kind: "existing", accountId: ownAccount.id };
      if (!mayConcern(error, "userPrincipalName")) throw error;
    }
  }
  throw new AccountError("address-taken", "never");
}

/** Undefined if the account is somebody else's. The search by identity may not show a new account yet; the search by name does. */
async function findOwnAccount(
  identity: GraphIdentity,
  name: string,
  conflict: GraphError,
  run: Provisioning,
): Promise<Account | undefined> {
  const account = await findIdentityAccount(identity, run);
  if (account !== undefined) return account;
  const namedAccount = await findNamedAccount(name, run);
  // The account with the name is not visible yet. It may be the person's, so no second name is tried.
  if (namedAccount === undefined && conflict.details.some(({ target }) => target === "userPrincipalName")) {
    throw new AccountError("not-yet-visible", { afterMs: VISIBLE_AFTER_MS }, { cause: conflict });
  }
  return namedAccount !== undefined && hasIdentity(namedAccount, identity) ? namedAccount : undefined;
}

async function findIdentityAccount(identity: GraphIdentity, { graph, signal }: Provisioning): Promise<Account | undefined> {
  return (await findAccounts(buildIdentityPath(identity), graph, signal))[0];
}

async function findAccounts(path: string, graph: Graph, signal: AbortSignal | undefined): Promise<readonly Account[]> {
  return await fetchAllPages<Account>(graph, path, ["id"], signal);
}

async function findNamedAccount(name: string, { graph, signal }: Provisioning): Promise<Account | undefined> {
  try {
    const account = await graph.get<Account>(buildPrincipalNamePath(name), signal);
    if (!hasTexts(account, ["id"])) throw otherForm(graph, "GET", buildPrincipalNamePath(name));
    return account;
  } catch (error) {
    if (error instanceof GraphError && error.status === 404) return undefined;
    throw error;
  }
}

/** Invites a person with an Entra or Microsoft account. */
async function invite(run: Provisioning): Promise<Created> {
  const { profile, onProgress } = run;
  let { accountId, redeemUrl } = run.progress;
  if (accountId === undefined) {
    const existing = await findSettledAccount(run);
    if (existing !== undefined) return { kind: "existing", accountId: existing.id };
    const invitation = await postInvitation(run).catch((error: unknown) => {
      throw toInvitationError(error);
    });
    if (invitation?.status === "Error") throw new AccountError("invitation-failed", "never");
    accountId = readAccountId(invitation?.invitedUser);
    redeemUrl = invitation?.inviteRedeemUrl;
    await onProgress(accountId, redeemUrl);
  }
  if (Object.keys(profile).length > 0) await patchOnceVisible(accountId, run);
  return { kind: "created", accountId, redeemUrl };
}

/** For a person invited before, Graph returns the same account. */
async function postInvitation({ graph, applicant, redirectUrl, invitationMail, signal }: Provisioning): Promise<Invitation | undefined> {
  const body = { invitedUserEmailAddress: applicant.email, inviteRedirectUrl: redirectUrl, sendInvitationMessage: invitationMail };
  const language = invitationMail ? messageLanguage(applicant) : undefined;
  if (language === undefined) return await graph.post<Invitation>("/invitations", body, signal);
  try {
    return await graph.post<Invitation>("/invitations", { ...body, invitedUserMessageInfo: { messageLanguage: language } }, signal);
  } catch (error) {
    // Graph does not say which languages it accepts. After status 400, the invitation is sent without the language, because a mail in
    // English is better than no account.
    if (!(error instanceof GraphError) || error.status !== 400) throw error;
    return await graph.post<Invitation>("/invitations", body, signal);
  }
}

/** Finds an account whose invitation is not pending. Do not change it: it may be another person's with the same address. */
async function findSettledAccount({ graph, applicant, signal }: Provisioning): Promise<Account | undefined> {
  const accounts = await findAccounts(buildMailPath(applicant.email), graph, signal);
  const acceptedAccount = accounts.find(({ externalUserState }) => externalUserState !== "PendingAcceptance");
  if (acceptedAccount && graphIdentities(applicant.identities)?.some((identity) => hasIdentity(acceptedAccount, identity)))
    return acceptedAccount;
  if (acceptedAccount?.identities?.some(({ issuer }) => isSocial(issuer ?? ""))) throw new AccountError("address-taken", "never");
  return acceptedAccount;
}

async function patchOnceVisible(accountId: string, { graph, profile, signal }: Provisioning): Promise<void> {
  for (const pause of [...VISIBILITY_PAUSES_MS, undefined]) {
    try {
      return await graph.patch(`/users/${accountId}`, profile, signal);
    } catch (error) {
      if (!(error instanceof GraphError) || error.status !== 404) throw error;
      const later = new AccountError("not-yet-visible", { afterMs: VISIBLE_AFTER_MS }, { cause: error });
      if (pause === undefined) throw later;
      await sleep(pause, undefined, { signal }).catch(() => {
        throw later;
      });
    }
  }
}

/**
 * Adds the request's sponsor. If Graph does not accept that one, adds the sponsor of the settings. Repeatable.
 * @returns what came of the request's sponsor; undefined if it names none
 */
async function addSponsor(accountId: string, run: Provisioning): Promise<SponsorOutcome | undefined> {
  const { graph, applicant, sponsor: sponsorId, signal } = run;
  const ownOutcome =
    applicant.sponsor === undefined
      ? undefined
      : await postponeIfInvisible(() => sponsorByAddress(graph, accountId, applicant.sponsor ?? "", signal));
  if (hasSponsor(ownOutcome)) return ownOutcome;
  const approver = applicant.decision?.account;
  const sponsor = sponsorId === "approver" ? approver && `users/${approver}` : sponsorId;
  if (sponsor) {
    await postponeIfInvisible(() => setSponsor(graph, accountId, sponsor, signal)).catch((error: unknown) => {
      throw error instanceof GraphError && error.status === 400 ? new AccountError("sponsor-refused", "never", { cause: error }) : error;
    });
  }
  return ownOutcome;
}

/** Turns a 404 into an error that allows a later try: parts of Graph may not know the account yet. */
async function postponeIfInvisible<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof GraphError && error.status === 404)) throw error;
    throw new AccountError("sponsor-refused", { afterMs: VISIBLE_AFTER_MS }, { cause: error });
  }
}

function hasIdentity({ identities }: Account, { issuer, issuerAssignedId }: GraphIdentity): boolean {
  return identities?.some((each) => each.issuer === issuer && each.issuerAssignedId === issuerAssignedId) ?? false;
}

/** If the answer has no id, the next run looks for the account. */
function readAccountId(account: { readonly id?: unknown } | undefined): string {
  if (typeof account?.id === "string" && account.id !== "") return account.id;
  throw new AccountError("unavailable", {});
}

export type AccountNote = ProvisioningPorts["noteAccount"];

export type MadeBy = Pick<ProvisioningSettings, "tenantId" | "inviteAll">;

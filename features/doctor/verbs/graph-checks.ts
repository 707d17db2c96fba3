import { decodeJwt } from "jose";
import { type ProvisioningSettings, readProvisioningSettings } from "../../../adapters/aws/approval-settings";
import { workerEnvironment } from "../../../adapters/aws/environment";
import { graphEnvironment, graphPlaces } from "../../../adapters/graph/clouds";
import { type GraphClient, GraphError, graphClient } from "../../../adapters/graph/graph";
import { CredentialError, graphSignIn, readCredential, readRefusal } from "../../../adapters/graph/sign-in";
import { signInCause } from "../../../adapters/graph/sign-in-causes";
import { readGuestPolicies } from "../../../adapters/graph/sponsors";
import { readSilentApplications, tokenListenerPermissions } from "../../../adapters/graph/token-listeners";
import { objectIn } from "../../../adapters/http/bounded-fetch";
import { readVariables, type Stack, secretState } from "../../../cli/aws/stack";
import { CommandError, type Fault, strangeWords } from "../../../cli/failure";
import { formatList } from "../../../cli/graph/access";
import { FaultError, failProbe, nothingWrong, probe, skipProbe } from "../../../cli/probe";
import { proxiedFetch } from "../../../cli/proxy";
import { capitalise } from "../../../engine/characters";
import { parseJsonObject } from "../../../engine/json";
import { findGroup, findPackage } from "../../arrivals/client/memberships";
import { type ArrivalGifts, arrivalEnvironment, arrivalGifts } from "../../arrivals/client/settings";
import { tenantPolicies } from "../../entra/client/tenant-policies";
import { userFlowPermissions } from "../../entra/client/user-flows";
import { type GateExpiry, restsOnTokens } from "../../expiry/expiry";
import { guestPolicyWords } from "../../expiry/guest-policy-words";
import { extensionVariables } from "../../external-tenant/extension-caller";
import { readRotationSettings, rotationVariables } from "../../rotation/client/rotation-settings";
import { inStack, joinFaults, readTypedSettings, secretText } from "./check";
import { type AccountsUse, accountsActs, findUsers, type GraphAct, judgePermissions, setSponsors } from "./graph-permissions";
import { askWorker, type GraphUse, graphUse, readGraphUse } from "./graph-workers";

const ACCOUNTS_PAGE = "docs/recipes/approvals-entra.md";
const PERMISSIONS_PAGE = "docs/permissions.md";
const ARRIVALS_PAGE = "docs/recipes/arrivals.md";

type AccountsApplication = TenantApplication & Pick<ProvisioningSettings, "tenantDomain" | "sponsor" | "inviteAll">;

async function readAccountsApplication(stack: Stack, check: string): Promise<AccountsApplication> {
  const use = await readGraphUse(stack, workerEnvironment.approvalsSecret);
  return await readTypedSettings(stack, {
    check,
    output: "ApprovalsSecret",
    without: "the policy makes no accounts",
    page: ACCOUNTS_PAGE,
    read: (secret) => ({
      ...readProvisioningSettings(secret, { byRole: use.worker !== undefined }),
      ...use,
      purpose: "makes accounts",
      check,
      kept: "the secret ApprovalsSecret",
    }),
  });
}

/** Checks that approved people can get their accounts. */
export const graphCheck = inStack("graph", async (stack, _, signal) => {
  const accounts = await readAccountsApplication(stack, "graph");
  const session = await askPermissions(stack, accounts, signal);
  const acts = accountsActs(await readAccountsUse(stack, accounts));
  const { faults, told } = permissionFaults(accounts, session, acts, PERMISSIONS_PAGE);
  return { faults: [...faults, ...(await domainFaults(accounts, signal))], told };
});

async function readAccountsUse(stack: Stack, { sponsor, inviteAll }: AccountsApplication): Promise<AccountsUse> {
  const functions = await stack.resources("AWS::Lambda::Function");
  const users = functions.filter((each) => readVariables<unknown>(each)[workerEnvironment.approvalsSecret] !== undefined);
  const values = (name: string) => users.map((each) => readVariables<unknown>(each)[name]).filter((value) => value !== undefined);
  const expiry = values(workerEnvironment.expiry);
  return {
    // In older stacks, no function has the variable of the secret. Then people are assumed to get accounts.
    provisions: users.length === 0 || users.some(({ logicalId }) => logicalId.includes("Provisioning")),
    invitesAll: inviteAll,
    hasSponsors: sponsor !== "" || values(arrivalEnvironment.sponsors).includes("true"),
    expires: expiry.length > 0,
    deletes: expiry.some((value) => someGate(value, (gate) => gate.delete !== undefined)),
    readsSignIns: expiry.some((value) => someGate(value, ({ idle, asksGraph }) => idle !== undefined && asksGraph === true)),
    countsTokens: expiry.some((value) => someGate(value, restsOnTokens)),
    handlesIncidents: functions.some((each) => readVariables<unknown>(each)[workerEnvironment.incidentAccounts] === "true"),
  };
}

/** True of a gate with such an end of access. If the variable is unreadable, also true, so that no needed permission is overlooked. */
function someGate(value: unknown, holds: (gate: Partial<GateExpiry>) => boolean): boolean {
  const gates =
    typeof value === "string" ? (parseJsonObject(value) as Readonly<Record<string, Partial<GateExpiry>>> | undefined) : undefined;
  return gates === undefined || Object.values(gates).some(holds);
}

/** The tenant's metadata. Empty if the tenant has none. Throws if something else answers. */
export async function metadataIn(response: Response): Promise<{ readonly issuer?: string }> {
  if (response.status >= 400) return {};
  const { json, came } = await objectIn(response);
  if (response.status === 200 && json !== undefined) return json;
  throw new CommandError(strangeWords("GET", response, came));
}

/** Entra's metadata shows the owner of a verified domain, without any permission. */
async function domainFaults({ tenantId, tenantDomain, kept, places }: AccountsApplication, signal: AbortSignal): Promise<readonly Fault[]> {
  if (tenantDomain === "") return nothingWrong;
  const url = `${(places ?? graphPlaces()).login}/${encodeURIComponent(tenantDomain)}/v2.0/.well-known/openid-configuration`;
  const response = await proxiedFetch(url, { signal });
  const { issuer = "" } = await metadataIn(response);
  if (issuer.toLowerCase().includes(tenantId.toLowerCase())) return nothingWrong;
  const fix = `Set tenantDomain in ${kept} to one that Entra lists as verified under Custom domain names.`;
  return [{ id: "graph.domain", what: `${tenantDomain} is not a verified domain of the tenant ${tenantId}.`, fix }];
}

/** Checks that the tenant accepts invitations, because approved people of other Entra tenants are invited. */
export const invitationsCheck = inStack("invitations", async (stack, _, signal) => {
  // The check `graph` reports problems with the application's settings.
  const session = await tokenOrSkip(readAccountsApplication(stack, "invitations").then((accounts) => signInHere(accounts, signal)));
  try {
    const inviters = await tenantPolicies(session.graph).inviters(signal);
    if (inviters !== "none" && inviters !== "adminsAndGuestInviters") return nothingWrong;
    const fix = "In Entra, External collaboration settings > Guest invite settings: let members or anyone invite.";
    return [{ id: "invitations.restricted", what: `The tenant takes no application's invitations: ${inviters}.`, fix }];
  } catch (error) {
    if (!(error instanceof GraphError && error.status === 403)) throw error;
    skipProbe("the application may not read it: grant Policy.Read.All, or look at External collaboration settings");
  }
});

/** Tells which of Entra's own policies for guests are on: they end access beside Gatehouse. */
export const guestPoliciesCheck = inStack("guest-policies", async (stack, _, signal) => {
  const accounts = await readAccountsApplication(stack, "guest-policies");
  if (!(await readAccountsUse(stack, accounts)).expires) skipProbe("the policy ends nobody's access");
  const { graph } = await tokenOrSkip(signInHere(accounts, signal));
  const policies = await readGuestPolicies(graph);
  if (policies === "unknown") skipProbe("the application may not read them: grant LifecyclePolicies-Guests.Read.All, or look in Entra");
  return { faults: nothingWrong, told: guestPolicyWords(policies)[0] ?? "Entra has none that is on" };
});

/** Tells which applications keep `idle` from ending anybody's access, where tokens alone tell of sign-ins. */
export const signInsCheck = inStack("sign-ins", async (stack, _, signal) => {
  const accounts = await readAccountsApplication(stack, "sign-ins");
  const url = stack.output("ExtensionUrl");
  if (url === undefined || !(await readAccountsUse(stack, accounts)).countsTokens) skipProbe("no policy counts tokens as sign-ins");
  const { graph } = await tokenOrSkip(signInHere(accounts, signal));
  const silent = await readSilentApplications(graph, url);
  if (silent === "unknown")
    skipProbe(`Graph does not say which applications call the step before a token: grant ${formatList(tokenListenerPermissions)}`);
  if (silent.length === 0) return nothingWrong;
  const what = `Sign-ins to ${formatList(silent)} call no step before a token, so idle ends nobody's access.`;
  const fix = "Add them to applications in entra.ts and run entra apply, or write askGraph: true in expiry.";
  return [{ id: "sign-ins.silent", what, fix }];
});

export const arrivalsCheck = inStack("arrivals", async (stack, _, signal) => {
  const all = await readArrivals(stack);
  if (all.length === 0) skipProbe("there is no Arrivals and no GroupMembership");
  const results = await Promise.all(all.map((each) => probe("arrivals", async () => await arrivalFaults(stack, each, signal))));
  const faults = results.flatMap((result) => result.faults ?? []);
  const skipReason = results.find((result) => result.skipped !== undefined)?.skipped;
  if (faults.length === 0 && skipReason !== undefined) skipProbe(skipReason);
  return faults;
});

interface DeployedArrivals extends GraphUse {
  readonly tenantId: string;
  readonly clientId: string;
  readonly gifts: ArrivalGifts;
  readonly secretArn: string;
}

async function readArrivals(stack: Stack): Promise<readonly DeployedArrivals[]> {
  const [functions, secrets] = [await stack.resources("AWS::Lambda::Function"), await stack.resources("AWS::SecretsManager::Secret")];
  return functions.flatMap((each) => {
    const variables = readVariables<unknown>(each);
    // If an `Arrivals` uses the application that creates accounts, the check `graph` covers it.
    if (variables[arrivalEnvironment.sponsors] === undefined || variables[graphEnvironment.secret] === undefined) return [];
    const { Ref } = variables[graphEnvironment.secret] as { readonly Ref?: string };
    const text = (name: string) => String(variables[name]);
    return {
      tenantId: text(graphEnvironment.tenant),
      clientId: text(graphEnvironment.client),
      ...graphUse([each]),
      gifts: arrivalGifts(variables as Readonly<Record<string, string>>),
      secretArn: secrets.find(({ logicalId }) => logicalId === Ref)?.physicalId ?? "",
    };
  });
}

function arrivalActs({ groupId, accessPackage, hasSponsors }: ArrivalGifts): readonly GraphAct[] {
  const group = [["GroupMember.ReadWrite.All"], ["Group.ReadWrite.All"], ["Directory.ReadWrite.All"]];
  return [
    findUsers,
    ...(hasSponsors ? [setSponsors] : []),
    ...(groupId === undefined ? [] : [{ does: "adds to a group", ways: group }]),
    ...(accessPackage === undefined ? [] : [{ does: "assigns access packages", ways: [["EntitlementManagement.ReadWrite.All"]] }]),
  ];
}

async function arrivalFaults(stack: Stack, { secretArn, gifts, ...ids }: DeployedArrivals, signal: AbortSignal): Promise<readonly Fault[]> {
  const { isFilledIn } = await secretState(stack.account.secretsManager, secretArn, signal);
  if (!isFilledIn && ids.worker === undefined) skipProbe(`the secret ${secretArn} is yet to be filled in`);
  const credential = isFilledIn ? await secretText(stack.account, secretArn) : undefined;
  const application = {
    ...ids,
    credential,
    purpose: "looks after new accounts",
    check: "arrivals",
    kept: `bin/app.ts and the secret ${secretArn}`,
  };
  const session = await askPermissions(stack, application, signal);
  const { faults } = permissionFaults(application, session, arrivalActs(gifts), ARRIVALS_PAGE);
  if (faults.length > 0 || credential === undefined) return faults;
  return await giftFaults((await signIn(application, signal)).graph, gifts, signal);
}

async function giftFaults(graph: GraphClient, { groupId, accessPackage }: ArrivalGifts, signal: AbortSignal): Promise<readonly Fault[]> {
  const lookups = [
    groupId !== undefined && findGift("groupId", `The tenant has no group ${groupId}.`, "group", () => findGroup(graph, groupId, signal)),
    accessPackage &&
      findGift(
        "accessPackage.policyId",
        `The tenant has no policy ${accessPackage.assignmentPolicyId} by which access packages are assigned.`,
        "package",
        () => findPackage(graph, accessPackage, signal),
      ),
  ];
  return await joinFaults(lookups.map((lookup) => lookup || []));
}

async function findGift(option: string, what: string, id: string, find: () => Promise<unknown>): Promise<readonly Fault[]> {
  try {
    await find();
    return nothingWrong;
  } catch (error) {
    if (!(error instanceof GraphError && error.status === 404)) throw error;
    return [{ id: `arrivals.${id}`, what, fix: `Set ${option} to the id of one that this tenant has, and deploy again.` }];
  }
}

export interface TenantApplication extends GraphUse {
  readonly tenantId: string;
  readonly clientId: string;
  /** The credential in the form of `readCredential`. Undefined if the application signs in by a role and the secret has no credential. */
  readonly credential: string | undefined;
  /** The application's task, as part of a sentence: "makes accounts". */
  readonly purpose: string;
  /** Prefix of the ids of the application's faults. */
  readonly check: string;
  /** The address of Entra's sign-in, without a path. @default `places.login` */
  readonly login?: string;
  /** The place of the application's ids and secret. */
  readonly kept: string;
}

interface Permitted {
  readonly permissions: readonly string[];
}

interface SignedIn extends Permitted {
  readonly graph: GraphClient;
}

/** Gets a token in the same way as the running application. Throws a FaultError that gives the reason for a refusal. */
export async function signIn(application: TenantApplication, signal: AbortSignal): Promise<SignedIn> {
  const { tenantId, clientId, check, kept, places = graphPlaces(), login = places.login } = application;
  try {
    const credential = readCredential(application.credential ?? "");
    const token = await graphSignIn({ tenantId, clientId, credential, login, scope: places.scope, signal, fetch: proxiedFetch });
    if (token instanceof Response) throw new FaultError(await refusedFault(application, token));
    const { roles = [] } = decodeJwt<{ roles?: readonly string[] }>(token.value);
    return { permissions: roles, graph: graphClient({ endpoint: places.graph, signIn: async () => token, fetch: proxiedFetch }) };
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    return failProbe(`${check}.settings`, error.message, `Put it right in ${kept}.`);
  }
}

async function signInHere(application: TenantApplication, signal: AbortSignal): Promise<SignedIn> {
  if (application.credential === undefined) skipProbe("only its role can sign in to Graph, and this machine cannot use that role");
  return await signIn(application, signal);
}

async function askPermissions(stack: Stack, application: TenantApplication, signal: AbortSignal): Promise<Permitted> {
  if (application.worker === undefined) return await signIn(application, signal);
  return { permissions: await askWorker(stack, application.worker, application, signal) };
}

/** Another check reports why signing in has failed. */
export async function tokenOrSkip(session: Promise<SignedIn>): Promise<SignedIn> {
  return await session.catch((error: unknown) => {
    if (error instanceof FaultError) skipProbe("there is no token for Graph");
    throw error;
  });
}

/** Entra's error code shows which setting is wrong. */
async function refusedFault({ purpose, check, kept }: TenantApplication, response: Response): Promise<Fault> {
  const { json, came } = await objectIn(response);
  const id = `${check}.sign-in`;
  const what = `Entra gives no token to the application that ${purpose}: ${response.status}`;
  if (response.status < 400) return { id, what: `${what}.`, fix: strangeWords("POST", response, came) };
  const { error = "", error_codes, error_description } = (json ?? {}) as Readonly<Record<string, unknown>>;
  const refusal = readRefusal(error_codes, error_description);
  const signInError = signInCause(refusal);
  const fix =
    signInError === undefined
      ? `Check tenantId, clientId and client secret in ${kept}.`
      : `${capitalise(signInError.cause)}. Its settings are in ${kept}.`;
  return { id, what: `${what} ${signInError?.code ?? refusal.codes[0] ?? String(error)}.`, fix };
}

function permissionFaults(
  { purpose, check, clientId }: Pick<TenantApplication, "purpose" | "check" | "clientId">,
  { permissions }: Permitted,
  acts: readonly GraphAct[],
  page: string,
): { readonly faults: readonly Fault[]; readonly told?: string } {
  const { least, missing, surplus } = judgePermissions(acts, permissions);
  if (missing.length > 0) {
    const what = `The application that ${purpose} lacks the permission${missing.length > 1 ? "s" : ""} ${formatList(missing)}.`;
    const fix = `Add ${formatList(missing)} to the application ${clientId}, and grant admin consent: ${page}.`;
    return { faults: [{ id: `${check}.permission`, what, fix }] };
  }
  if (surplus.length === 0) return { faults: nothingWrong };
  return { faults: nothingWrong, told: `${formatList(surplus)} is more than needed, as ${formatList(least)} would do: ${page}` };
}

/** Checks that the role for tokens may read who owns an account, if the stack has such a role. */
export const accountLookupCheck = inStack("account-lookup", async (stack, _, signal) => {
  const functions = await stack.resources("AWS::Lambda::Function");
  const isReader = (variables: Readonly<Record<string, unknown>>) =>
    variables[extensionVariables.externalTenant] !== undefined && variables[graphEnvironment.role] !== undefined;
  const { worker } = graphUse(functions.filter((each) => isReader(readVariables<unknown>(each))));
  if (worker === undefined) skipProbe("no role reads who owns an account");
  const check = "account-lookup";
  const clientId = "externalTenant.accountReader";
  const application = { clientId, purpose: "reads who owns an account", check, kept: "externalTenant of settings.ts" };
  const permissions = await askWorker(stack, worker, application, signal);
  return permissionFaults(application, { permissions }, [findUsers], "docs/tokens.md");
});

const PAGE = "docs/rotation.md";

export const rotationCheck = inStack("rotation", async (stack, _, signal) => {
  const check = "rotation";
  const use = await readGraphUse(stack, rotationVariables.rotationSecret);
  const application = await readTypedSettings(stack, {
    check,
    output: "RotationSecret",
    without: "no schedule rotates the connectors' password",
    page: PAGE,
    read: (secret) => ({
      ...readRotationSettings(secret, { byRole: use.worker !== undefined }),
      ...use,
      purpose: "gives connectors new passwords",
      check,
      kept: "the secret RotationSecret",
    }),
  });
  const session = await askPermissions(stack, application, signal);
  const act = { does: "changes connectors", ways: [[userFlowPermissions["/identity/apiConnectors"]]] };
  return permissionFaults(application, session, [act], PAGE);
});

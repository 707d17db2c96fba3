import { countDaysLeft } from "../../../adapters/graph/certificates";
import { graphEnvironment } from "../../../adapters/graph/clouds";
import { readVariables, type Stack } from "../../../cli/aws/stack";
import type { Fault } from "../../../cli/failure";
import { FaultError, failProbe, nothingWrong, skipProbe } from "../../../cli/probe";
import { proxiedFetch } from "../../../cli/proxy";
import { consoleVariables } from "../../../console/app/ports";
import { operatorRoles, REQUESTER } from "../../../console/session/roles";
import { REFRESH_SCOPE, ROLE_LONGEST_SECONDS } from "../../../console/session/session";
import { readsConsent, readsRegistrations, type SignInRegistration, signInRegistration } from "../../entra/client/sign-in-registration";
import { inStack, secretText } from "./check";
import { signIn, type TenantApplication, tokenOrSkip } from "./graph-checks";

const PAGE = "docs/console.md#set-up";
const SOON_DAYS = 30;

interface ConsoleApplication extends TenantApplication {
  readonly credential: string;
  readonly login: string;
  readonly redirectUrl: string;
}

async function readApplication(stack: Stack, check: string): Promise<ConsoleApplication> {
  const [arn, redirectUrl] = [stack.output("ConsoleSecret"), stack.output("ConsoleRedirectUrl")];
  const functions = await stack.resources("AWS::Lambda::Function");
  const variables = functions.map((each) => readVariables(each));
  const { [consoleVariables.consoleIssuer]: issuer, [consoleVariables.consoleClientId]: clientId } =
    variables.find((each) => consoleVariables.consoleIssuer in each) ?? {};
  if (arn === undefined || redirectUrl === undefined || issuer === undefined || clientId === undefined) {
    skipProbe("there is no console");
  }
  const credential = await secretText(stack.account, arn);
  if (!credential.startsWith("{")) skipProbe("the secret ConsoleSecret is yet to be filled in");
  const { origin, pathname } = new URL(issuer);
  const login = process.env[graphEnvironment.loginEndpoint] ?? origin;
  const tenantId = pathname.split("/")[1] ?? "";
  const purpose = "operators sign in to";
  return { tenantId, clientId, credential, login, redirectUrl, purpose, check, kept: "the secret ConsoleSecret" };
}

const remedies: Readonly<Record<string, string>> = {
  AADSTS7000215: "Put the secret's value, not its id, into the secret ConsoleSecret: App registrations, Certificates & secrets.",
  AADSTS7000222: "Make a new client secret (App registrations, Certificates & secrets), and put it into the secret ConsoleSecret.",
  AADSTS700016: "Compare console.clientId and console.tenantId in settings.ts with App registrations, and deploy again.",
  AADSTS90002: "There is no such tenant: put console.tenantId in settings.ts right, and deploy again.",
};

/** Checks that operators can sign in, as far as public requests show. */
export const consoleCheck = inStack("console", async (stack, _, signal) => {
  const application = await readApplication(stack, "console");
  await signIn(application, signal).catch((error: unknown) => {
    if (!(error instanceof FaultError)) throw error;
    const { id, what, fix } = error.fault;
    const [code = ""] = /AADSTS\d+/.exec(what) ?? [];
    failProbe(id, what, remedies[code] ?? fix);
  });
  return await redirectFaults(application, signal);
});

/** Entra shows an error page for an unknown redirect address. For a known one, `prompt=none` makes Entra redirect at once. */
async function redirectFaults(
  { login, tenantId, clientId, redirectUrl }: ConsoleApplication,
  signal: AbortSignal,
): Promise<readonly Fault[]> {
  const url = new URL(`${login}/${tenantId}/oauth2/v2.0/authorize`);
  const parameters = {
    client_id: clientId,
    redirect_uri: redirectUrl,
    response_type: "code",
    response_mode: "query",
    scope: "openid",
    prompt: "none",
  };
  url.search = new URLSearchParams(parameters).toString();
  const response = await proxiedFetch(url, { signal, redirect: "manual" });
  if (response.headers.get("location")?.startsWith(redirectUrl)) return nothingWrong;
  if (!/AADSTS50011\b/.test(await response.text())) return nothingWrong;
  return [redirectFault(redirectUrl)];
}

function redirectFault(redirectUrl: string): Fault {
  const fix = `Add ${redirectUrl} as a redirect URI of the platform Web: App registrations, this application, Authentication.`;
  return { id: "console.redirect-uri", what: "The application in Entra does not know the console's address: nobody can sign in.", fix };
}

/** Reading registrations takes a permission. */
export const consoleRegistrationCheck = inStack("console-registration", async (stack, _, signal) => {
  const application = await readApplication(stack, "console-registration");
  // The check `console` reports why signing in fails.
  const session = await tokenOrSkip(signIn(application, signal));
  if (!readsRegistrations.some((each) => session.permissions.includes(each))) {
    skipProbe(`the application may not read it: grant ${readsRegistrations[0]}, or look at App registrations by ${PAGE}`);
  }
  const withConsent = readsConsent.some((each) => session.permissions.includes(each));
  const registration = await signInRegistration(session.graph, application.clientId, withConsent);
  if (registration === undefined) skipProbe("the application is registered in another tenant");
  const told = describeRequesters(registration);
  return { faults: registrationFaults(application, registration, new Date()), told };
});

/** A tenant may have named a role of its own so before the console took the name, for people who decide. */
function describeRequesters({ appRoles, givenRoles }: Pick<SignInRegistration, "appRoles" | "givenRoles">): string | undefined {
  const isGiven = appRoles.some(({ id, value, isEnabled }) => value === REQUESTER && isEnabled && givenRoles.has(id));
  return isGiven ? `who has the app role ${REQUESTER} asks for guests, and decides only with the role Decider besides: ${PAGE}` : undefined;
}

function registrationFaults(
  { redirectUrl, credential }: ConsoleApplication,
  { signInAudience, appRoles, web, passwordCredentials = [], givenRoles, consented }: SignInRegistration,
  now: Date,
): readonly Fault[] {
  const id = (fault: string) => `console-registration.${fault}`;
  const faults: Fault[] = [];
  if (signInAudience !== "AzureADMyOrg") {
    const fix = "Under Authentication, choose accounts in this organizational directory only.";
    faults.push({ id: id("many-tenants"), what: `Accounts of other tenants can sign in, too: ${signInAudience}.`, fix });
  }
  if (!web?.redirectUris?.includes(redirectUrl)) faults.push({ ...redirectFault(redirectUrl), id: id("redirect-uri") });
  const signedOutUrl = new URL("/signed-out", redirectUrl).href;
  if (!web?.redirectUris?.includes(signedOutUrl)) {
    const fix = `Add ${signedOutUrl} as a redirect URI of the platform Web, beside the other one.`;
    faults.push({ id: id("signed-out-uri"), what: "People who sign out stay on Entra's page: Entra does not know the way back.", fix });
  }
  // If nobody has consented to anything (`consented` is empty), Entra asks each person at the first sign-in, so there is no fault.
  if (consented !== undefined && consented.size > 0 && !consented.has(REFRESH_SCOPE)) {
    const what = `Nobody consented to ${REFRESH_SCOPE}: roles are looked at only at a sign-in, which is due every ${ROLE_LONGEST_SECONDS / 60} minutes.`;
    const fix = `Under API permissions, add the delegated permission ${REFRESH_SCOPE} of Microsoft Graph, and grant admin consent.`;
    faults.push({ id: id("no-refresh-token"), what, fix });
  }
  const rolesById = new Map(
    appRoles.flatMap((role) => (role.isEnabled && role.allowedMemberTypes.includes("User") ? [[role.value ?? "", role.id]] : [])),
  );
  for (const role of operatorRoles.filter((each) => !rolesById.has(each))) {
    const fix = `Add it under App roles, for users, with the value ${role} in this very spelling.`;
    faults.push({ id: id("no-role"), what: `There is no app role with the value ${role}.`, fix });
  }
  const givenOperatorRoles = operatorRoles.filter((role) => givenRoles.has(rolesById.get(role) ?? ""));
  if (!givenOperatorRoles.includes("Administrator")) {
    const what =
      givenOperatorRoles.length === 0 ? "Nobody has a role, so people who sign in see nothing." : "Nobody has the role Administrator.";
    faults.push({ id: id("nobody"), what, fix: "Give it to somebody: Enterprise applications, this application, Users and groups." });
  }
  const days = countSecretDays(credential, passwordCredentials, now);
  if (days < SOON_DAYS) {
    const fix = "Make a new one (Certificates & secrets) and put it into the secret ConsoleSecret: it counts within a minute.";
    faults.push({ id: id("secret-expires"), what: `The client secret ends in ${Math.max(0, days)} days; nobody can sign in then.`, fix });
  }
  return faults;
}

/** Entra shows only the first letters of each secret. If several begin like the current one, the one that ends last counts. */
function countSecretDays(credential: string, credentials: NonNullable<SignInRegistration["passwordCredentials"]>, now: Date): number {
  const { clientSecret = "" } = JSON.parse(credential) as { readonly clientSecret?: string };
  const endDates = credentials.flatMap(({ hint, endDateTime }) =>
    hint === clientSecret.slice(0, 3) && endDateTime ? [new Date(endDateTime)] : [],
  );
  return endDates.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...endDates.map((end) => countDaysLeft(end, now)));
}

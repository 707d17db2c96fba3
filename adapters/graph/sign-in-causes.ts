import type { SignInRefusal } from "./sign-in";

// These texts are in a file of their own, so that functions that sign in do not load them.

const REGISTRATION = "(App registrations, Certificates & secrets)";
const SIGN_IN_LOGS = "the tenant's sign-in logs name it (Sign-in logs, Service principal sign-ins or User sign-ins)";
/** Part of a remedy: after a credential is made, Entra may not find it for some minutes. */
const JUST_MADE = "one that was just made counts after some minutes";

const createFederatedCause = (part: string) => (quotedValue?: string) => {
  const value = quotedValue === undefined ? `this ${part}` : `the ${part} ${quotedValue}`;
  return `no federated credential of the application has ${value}: compare it letter by letter (App registrations, Certificates & secrets, Federated credentials); ${JUST_MADE}`;
};

/**
 * Remedies by Entra's error code. Entra may change its codes, so an unknown code gets general advice. Source: "Microsoft Entra
 * authentication and authorization error codes".
 */
const causes: Readonly<Record<string, string | ((quotedValue?: string) => string)>> = {
  AADSTS7000215: `the client secret is wrong: use its value, not its id ${REGISTRATION}`,
  AADSTS7000222: `the client secret has expired: create one ${REGISTRATION}`,
  AADSTS700016: "the tenant has no application with this client id: compare both with App registrations",
  AADSTS7000229: "the application has no service principal in this tenant: grant it admin consent there",
  AADSTS90002: "there is no such tenant: compare its id with the tenant's overview",
  AADSTS900023: "the tenant's id is neither a GUID nor a domain: compare it with the tenant's overview",
  AADSTS700027: `the application does not have this certificate, or it has expired ${REGISTRATION}`,
  AADSTS700024: "the signed token is not valid at this time: set the clock of the machine that signed it, and use a new one",
  AADSTS7000112: "the application is disabled in the tenant (Enterprise applications, Properties)",
  AADSTS70021: `the application has no federated credential for this workload ${REGISTRATION}; ${JUST_MADE}`,
  AADSTS700211: createFederatedCause("issuer"),
  AADSTS700212: createFederatedCause("audience"),
  AADSTS700213: createFederatedCause("subject"),
  AADSTS7002138: (quotedValue) =>
    `a federated credential of the application has the subject${quotedValue === undefined ? "" : ` ${quotedValue}`} with other capital letters: write it as the token has it (App registrations, Certificates & secrets, Federated credentials)`,
  AADSTS53003: `a Conditional Access policy refuses this sign-in: ${SIGN_IN_LOGS}`,
  AADSTS65001: "nobody has consented to the permissions for the application: grant it admin consent (API permissions)",
  AADSTS7000218: "the application is no public client: switch on Allow public client flows (Authentication), or set its credential",
};

/** Returns the cause of a missing token with its remedy, and the code that indicates it. Undefined if no code is known. */
export function signInCause({ codes, quoted }: SignInRefusal): { readonly code: string; readonly cause: string } | undefined {
  const code = codes.find((each) => Object.hasOwn(causes, each));
  if (code === undefined) return undefined;
  const cause = causes[code] as string | ((quotedValue?: string) => string);
  return { code, cause: typeof cause === "string" ? cause : cause(quoted) };
}

import type { Deployment } from "../../../../cli/deployment";
import { policyFolderFor } from "../../../../cli/policy-folders";
import { ANY_ATTRIBUTE } from "../../../../engine/sign-up/checks";
import { DEFAULT_GATE } from "../../../../engine/sign-up/gate";
import { type Step, steps } from "../../../../engine/sign-up/sign-up";
import { loadPolicyFolder } from "../../../../lib/policy-folder/policy-folder";
import { expiryIn, restsOnTokens } from "../../../expiry/expiry";
import { extensionRoutes } from "../../../external-tenant/extension-caller";
import type { ExtensionEvent, ExtensionSettings } from "../../client/authentication-extensions";
import { listProviderIds } from "../../client/user-flows";
import type { ExternalFlow } from "../../setup";
import { type DeclaredAttribute, declaredAttributes } from "../attributes";
import type { EntraOptions } from "../options";

export interface WantedExtension {
  readonly event: ExtensionEvent;
  readonly name: string;
  /** The extension's address. Undefined if the gate does not serve the step. The extension is then deleted. */
  readonly url: string | undefined;
  /** Claims that the policy sets; `ANY_ATTRIBUTE` if a rule may set any. */
  readonly claims: readonly string[];
}

export interface WantedExternal {
  readonly flow: string;
  /** The name of the deployment's registration. */
  readonly applicationName: string;
  /** The audience that the deployment accepts; undefined if its settings name no external tenant. */
  readonly deployed: { readonly identifierUri: string; readonly audience: string } | undefined;
  readonly extensions: readonly WantedExtension[];
  /** Attributes that rules set at sign-up, by short name; `ANY_ATTRIBUTE` if a rule may set any. */
  readonly attributes: readonly string[];
  /** Attributes that entra.ts declares. */
  readonly declared: readonly DeclaredAttribute[];
  /** Client ids of the applications whose tokens get claims, if the declaration or the command names them. */
  readonly applications: readonly string[] | undefined;
  /** Client ids, in lower case, of APIs whose access tokens get claims too. */
  readonly apis: readonly string[];
  /** Beginning of the name of the gate's claims mapping policy. The deployment's host follows. */
  readonly claimsPolicy: string;
  /** Client ids of the applications at which people sign up through the flow. @default none */
  readonly signUpAt?: readonly string[];
  /** True if access ends without sign-ins, and only tokens tell of them. */
  readonly endsByTokens: boolean;
  /** Ids of the providers of the flow, if entra.ts declares the flow: `apply` then creates a missing flow. */
  readonly providers?: readonly string[] | undefined;
  /** True if entra.ts names the providers. */
  readonly namesProviders?: boolean;
}

export interface ExternalOptions extends EntraOptions {
  readonly externalFlow: string;
  readonly applications?: readonly string[];
  readonly apis?: readonly string[];
  readonly attributes?: ExternalFlow["attributes"];
  readonly signUpAt?: readonly string[];
  readonly providers?: readonly string[];
  readonly isDeclared?: boolean;
}

export const eventOf: Readonly<Record<Step, ExtensionEvent>> = {
  "after-sign-in": "onAttributeCollectionStart",
  "before-create-user": "onAttributeCollectionSubmit",
  "before-sending-token": "onTokenIssuanceStart",
};

/** Throws PolicyError if the policy is unreadable. */
export function wantedExternal(deployment: Deployment, options: ExternalOptions): WantedExternal {
  const { stack, externalFlow, applications, apis = [] } = options;
  const { extension } = deployment;
  const sets = setByRules(deployment, options);
  const { identifierUri } = extension ?? {};
  return {
    flow: externalFlow,
    applicationName: `${stack} sign-up API`,
    deployed: identifierUri === undefined ? undefined : { identifierUri, audience: identifierUri.split("/").at(-1) as string },
    extensions: steps.map((step) => ({
      event: eventOf[step],
      name: `${namePrefix(options)} ${extensionRoutes[step].replaceAll("-", " ")}`,
      url: deployment.steps.includes(step) ? extension?.urlOf(extensionRoutes[step]) : undefined,
      claims: step === "before-sending-token" ? sets(step) : [],
    })),
    attributes: sets("after-sign-in", "before-create-user"),
    declared: declaredAttributes(options),
    applications,
    apis: apis.map((appId) => appId.toLowerCase()),
    claimsPolicy: `${namePrefix(options)} claims`,
    endsByTokens: endsByTokens(deployment, options),
    signUpAt: options.signUpAt ?? [],
    providers: options.isDeclared ? listProviderIds(options) : undefined,
    namesProviders: options.providers !== undefined,
  };
}

/** Undefined if the deployment names no external tenant. */
export function getDeployedHost({ deployed }: Pick<WantedExternal, "deployed">): string | undefined {
  return deployed?.identifierUri.split("/")[2];
}

/** Contains the host, because nothing else in Graph could identify the deployment. */
export function claimsPolicyName(wantedState: Pick<WantedExternal, "claimsPolicy" | "deployed">): string {
  return `${wantedState.claimsPolicy}${OF_HOST}${getDeployedHost(wantedState)}`;
}

/** Returns the gate's policies. If there are none, returns other deployments' policies whose names differ only in the host. */
export function selectClaimsPolicies<T extends { readonly displayName: string }>(
  wantedState: WantedExternal,
  all: readonly T[],
): readonly T[] {
  const ours = all.filter(({ displayName }) => displayName === claimsPolicyName(wantedState));
  if (ours.length > 0) return ours;
  return all.filter(({ displayName }) => displayName.startsWith(`${wantedState.claimsPolicy}${OF_HOST}`));
}

/** The policy's name ends with the host. */
export function originOfClaimsPolicy({ displayName }: { readonly displayName: string }): string {
  return `https://${displayName.split(OF_HOST).at(-1)}`;
}

const OF_HOST = " at ";

export function tokenExtension({ extensions }: Pick<WantedExternal, "extensions">): WantedExtension {
  return (
    extensions.find(({ event }) => event === "onTokenIssuanceStart") ?? {
      event: "onTokenIssuanceStart",
      name: "",
      url: undefined,
      claims: [],
    }
  );
}

/** Undefined if the deployment names no external tenant. */
export function buildExtensionSettings(
  { url, claims }: WantedExtension,
  { deployed }: Pick<WantedExternal, "deployed">,
): ExtensionSettings | undefined {
  return url === undefined || deployed === undefined ? undefined : { url, resourceId: deployed.identifierUri, claims: namedIn(claims) };
}

export function namePrefix({ stack, gate }: Pick<EntraOptions, "stack" | "gate">): string {
  return gate === undefined || gate === DEFAULT_GATE ? stack : `${stack} ${gate}`;
}

/**
 * Returns a function from steps to the attributes that their rules set; `ANY_ATTRIBUTE` if a rule may set any.
 * @throws PolicyError if the policy cannot be read
 */
export function setByRules(
  { policy: deployedFolder }: Deployment,
  options: EntraOptions,
): (...steps: readonly Step[]) => readonly string[] {
  const folder = loadPolicyFolder(policyFolderFor(options, deployedFolder));
  return (...steps) => {
    const rules = folder.flatMap(({ step, policy }) => (steps.includes(step) ? policy.rules : []));
    return [...new Set(rules.flatMap((rule) => ("shadow" in rule ? [] : (rule.sets ?? []))))];
  };
}

/** True if access ends without sign-ins, and only tokens tell of them. Throws PolicyError if the policy cannot be read. */
export function endsByTokens({ policy: deployedFolder }: Deployment, options: EntraOptions): boolean {
  const folder = loadPolicyFolder(policyFolderFor(options, deployedFolder));
  return restsOnTokens(expiryIn(folder.flatMap(({ policy }) => policy.rules.flatMap((rule) => ("shadow" in rule ? [] : rule)))) ?? {});
}

export function namedIn(sets: readonly string[]): readonly string[] {
  return sets.filter((name) => name !== ANY_ATTRIBUTE);
}

/**
 * Returns a note if a rule may set any attribute: a person has to decide which attributes the flow collects.
 * @param collect the admin center's verb, such as "tick"
 */
export function anyAttributeNotes(sets: readonly string[], collect: string): readonly string[] {
  if (!sets.includes(ANY_ATTRIBUTE)) return [];
  return [`A rule may set any attribute: ${collect} those that it returns under User attributes, or name them in the rule's only.`];
}

import type { ExtensionEvent } from "../../../adapters/graph/authentication-extensions";
import { extensionRoutes } from "../../../engine/protocols/extension-events";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/rule";
import { type Step, steps } from "../../../engine/sign-up/sign-up";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import type { Deployment } from "../../deployment";
import { policyFolderFor } from "../../gates";
import type { EntraOptions } from "../options";

/** A custom authentication extension as a gate's step wants it. */
export interface WantedExtension {
  readonly event: ExtensionEvent;
  readonly name: string;
  /** Undefined where the gate does not serve the step: its extension is to go. */
  readonly url: string | undefined;
  /** Names of the claims that the policy sets, `ANY_ATTRIBUTE` among them where one cannot tell. */
  readonly claims: readonly string[];
}

/** What an external tenant has to have for a gate to judge who signs up by a flow. */
export interface WantedExternal {
  /** The flow's display name. */
  readonly flow: string;
  /** Of the registration that stands for the deployment. */
  readonly applicationName: string;
  /** What the deployment takes tokens for; undefined while its settings name no external tenant. */
  readonly deployed: { readonly identifierUri: string; readonly audience: string } | undefined;
  readonly extensions: readonly WantedExtension[];
  /** Short names of what the policy's rules set at sign-up, `ANY_ATTRIBUTE` among them where one cannot tell. */
  readonly attributes: readonly string[];
  /** Client ids of those whose tokens get claims, where the declaration or the command names them. */
  readonly applications: readonly string[] | undefined;
}

/** The options of a command on one flow of an external tenant. */
export interface ExternalOptions extends EntraOptions {
  readonly externalFlow: string;
  readonly applications?: readonly string[];
}

/** At which event a step is asked. */
export const eventOf: Readonly<Record<Step, ExtensionEvent>> = {
  "after-sign-in": "onAttributeCollectionStart",
  "before-create-user": "onAttributeCollectionSubmit",
  "before-sending-token": "onTokenIssuanceStart",
};

/** Throws PolicyError where the policy cannot be read. */
export function wantedExternal(deployment: Deployment, options: ExternalOptions): WantedExternal {
  const { stack, gate, externalFlow, applications } = options;
  const { extension } = deployment;
  const prefix = gate === undefined || gate === DEFAULT_GATE ? stack : `${stack} ${gate}`;
  const sets = setsByStep(deployment, options);
  const extensions = steps.map((step) => ({
    event: eventOf[step],
    name: `${prefix} ${extensionRoutes[step].replaceAll("-", " ")}`,
    url: deployment.steps.includes(step) ? extension?.urlOf(step) : undefined,
    claims: step === "before-sending-token" ? sets(step) : [],
  }));
  const { identifierUri } = extension ?? {};
  return {
    flow: externalFlow,
    applicationName: `${stack} sign-up API`,
    deployed: identifierUri === undefined ? undefined : { identifierUri, audience: identifierUri.split("/").at(-1) as string },
    extensions,
    attributes: [...new Set([...sets("after-sign-in"), ...sets("before-create-user")])],
    applications,
  };
}

function setsByStep({ policy: deployed }: Deployment, options: ExternalOptions): (step: Step) => readonly string[] {
  const folder = loadPolicyFolder(policyFolderFor(options, deployed));
  return (asked) => {
    const rules = folder.flatMap(({ step, policy }) => (step === asked ? policy.rules : []));
    return [...new Set(rules.flatMap((rule) => ("shadow" in rule ? [] : (rule.sets ?? []))))];
  };
}

/** What a policy names of what it sets. */
export function namedIn(sets: readonly string[]): readonly string[] {
  return sets.filter((name) => name !== ANY_ATTRIBUTE);
}

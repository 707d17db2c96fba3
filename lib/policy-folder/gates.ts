import { existsSync } from "node:fs";
import { Annotations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import * as v from "valibot";
import { anyObject, createListSchema, createTextSchema } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import { isBuiltInAttribute, toShortName } from "../../engine/protocols/attributes";
import { DEFAULT_GATE, isGateName } from "../../engine/sign-up/gate";
import { steps } from "../../engine/sign-up/sign-up";
import { PolicyError, SetupError } from "../errors";
import { checkOptions, textFitting } from "../options";
import { isServedLocally } from "../stage";
import { isShipped, liesInApp, outsideApp, policyPath } from "./policy-files";
import { loadPolicyFolder, type PolicyStep, policyFeatures } from "./policy-folder";
import type { PolicyContext } from "./policy-step";
import { loadTyped } from "./policy-types";
import { policyFaults, policyWarnings, postureNotes, synthWarnings } from "./policy-warnings";

/** A gate with its own policy, paths and credentials. */
export interface GateOptions {
  /** The policy, in the same form as the Gatehouse's `policy`. Several gates may use one folder. */
  readonly policy: string | readonly PolicyStep[];
  /**
   * Short name of the attribute that holds a person's e-mail address in place of `email`, such as `postalCode`. A provider's claims mapping
   * in the external tenant fills the attribute. See docs/external-tenant.md.
   * @default `email`
   */
  readonly addressAttribute?: string;
}

/** Accepts an attribute that a provider's claims mapping can fill: a built-in attribute of Microsoft's table, or a custom attribute. */
export const addressAttributeOption = textFitting(
  'the name of an attribute, such as "postalCode" or "extension_WorkMail"',
  (name) => isBuiltInAttribute(name) || (/^extension_\w{1,100}$/.test(name) && toShortName(name) === name),
);

export const policyOption = v.union([createTextSchema(), createListSchema(anyObject<PolicyStep>())]);
export const gateOptions = optionSchema<GateOptions>({ policy: policyOption, addressAttribute: v.optional(addressAttributeOption) });

/** A gate with its policy loaded. The unnamed gate is called `default`. */
export interface Gate {
  readonly name: string;
  readonly policy: readonly PolicyStep[];
  readonly addressAttribute?: string | undefined;
}

/** The names of functions, alarms and outputs contain a gate's name. The limit leaves room for their other parts. */
const MAX_LENGTH = 30;
/** Names that no gate can have: a gate's name begins its paths, and paths of the unnamed gate already begin with these names. */
const routes: readonly string[] = [...steps, ...policyFeatures.flatMap((feature) => feature.routes ?? [])];

/** Returns the unnamed gate, then the gates of the option `gates`, sorted by name. Throws SetupError or PolicyError. */
export function loadGates(options: GateOptions & { readonly gates?: unknown }): readonly Gate[] {
  const namedGates = Object.entries(options.gates ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, gate] of namedGates) assertGateOptions(name, gate);
  const all: readonly [string, GateOptions][] = [[DEFAULT_GATE, options], ...namedGates];
  const folders = uncheckedFolders(all.flatMap(([, { policy }]) => (typeof policy === "string" ? [policy] : [])));
  const gates = loadTyped(folders, () =>
    all.map(([name, { policy, addressAttribute }]) => {
      return { name, policy: typeof policy === "string" ? loadPolicyFolder(policyPath(policy)) : policy, addressAttribute };
    }),
  );
  for (const folder of folders) checkedFolders.add(folder);
  for (const feature of policyFeatures) feature.checkGates?.(gates);
  return gates;
}

/** Throws SetupError for a name that no gate can have, and for invalid options. */
export function assertGateOptions(name: string, options: unknown): void {
  const reservedFor = name === DEFAULT_GATE ? "the unnamed gate, whose policy is the option policy" : "a route of the unnamed gate";
  if (name === DEFAULT_GATE || routes.includes(name)) throw new SetupError(`A gate cannot be called ${name}: that is ${reservedFor}.`);
  if (!isGateName(name) || name.length > MAX_LENGTH) {
    throw new SetupError(
      `A gate cannot be called ${JSON.stringify(name)}: use small letters, digits and single hyphens, each word beginning with a letter, ${MAX_LENGTH} characters at most.`,
    );
  }
  checkOptions(gateOptions, options, ["gates", name]);
}

/** Policy folders whose types have been checked. Several Gatehouses may share a folder, and its types are checked once. */
const checkedFolders = new Set<string>();

function uncheckedFolders(policies: readonly string[]): readonly string[] {
  for (const policy of policies) {
    const folder = policyPath(policy);
    if (existsSync(folder) && !isShipped(folder) && !liesInApp(folder)) throw new PolicyError(outsideApp(policy));
  }
  return [...new Set(policies.map((policy) => policyPath(policy)))].filter((folder) => !checkedFolders.has(folder));
}

/** Warns of probable mistakes in policies. Throws SetupError for faults, but under `npm start` only warns of them. */
export function annotatePolicies(
  gatehouse: Construct,
  gates: readonly Gate[],
  { settings, attributes }: Pick<PolicyContext, "attributes"> & { readonly settings: object },
): void {
  // Sentences about a named gate begin with its name.
  const collect = (listSentences: (gate: Gate) => readonly string[]) =>
    gates.flatMap((gate) =>
      listSentences(gate).map((sentence) => (gate.name === DEFAULT_GATE ? sentence : `Gate ${gate.name}: ${sentence}`)),
    );
  const faults = collect(({ policy }) => policyFaults(policy, settings));
  if (faults.length > 0 && !isServedLocally(gatehouse)) throw new SetupError(faults.join("\n"));
  const warnings = collect(({ name: gate, addressAttribute, policy }) => {
    const context = { gate, addressAttribute, attributes, settings };
    return [...policyWarnings(policy, context), ...synthWarnings(policy, context)];
  });
  for (const [index, info] of collect(({ policy }) => postureNotes(policy)).entries())
    Annotations.of(gatehouse).addInfoV2(`gatehouse:posture-${index}`, info);
  for (const [index, warning] of [...warnings, ...faults].entries())
    Annotations.of(gatehouse).addWarningV2(`gatehouse:policy-${index}`, warning);
}

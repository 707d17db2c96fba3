import { shortNameOf } from "../../../engine/protocols/attribute-names";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { ruleOf } from "../../../engine/sign-up/policy";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/rule";
import { builtInAttributes } from "../../../engine/sign-up/sign-up";
import type { KnownAttributes } from "../../attributes-file";
import { didYouMean } from "../../nearest-name";
import type { PolicyStep } from "../policy-folder";
import { placeOf, type SourceFile } from "./source";

interface Mention {
  /** The rule or option. */
  readonly by: string;
  /** By its short name. */
  readonly attribute: string;
}

const everywhere: readonly string[] = [...builtInAttributes, "email"];

/** Attributes that a step's policy names and nobody has, or nobody collects. @param known undefined where the tenant's are not */
export function attributeWarnings(
  { step, policy }: PolicyStep,
  sources: readonly SourceFile[],
  known: KnownAttributes | undefined,
  gate: string,
): readonly string[] {
  const { labels = {}, eventAttributes = [] } = policy.options;
  const mentions: readonly Mention[] = [
    ...policy.rules
      .map(ruleOf)
      .flatMap(({ name, asks = [], sets = [], reads = [] }) => [...asks, ...sets, ...reads].map((attribute) => ({ by: name, attribute }))),
    ...Object.keys(labels).map((attribute) => ({ by: "labels", attribute })),
    ...eventAttributes.map((attribute) => ({ by: "eventAttributes", attribute })),
  ].map(({ by, attribute }) => ({ by, attribute: shortNameOf(attribute) }));
  // What rules set, and nothing else, entra apply ticks.
  const isSet = (attribute: string) => policy.rules.map(ruleOf).some(({ sets = [] }) => sets.map(shortNameOf).includes(attribute));
  const isFirst = ({ attribute }: Mention, index: number) => mentions.findIndex((other) => other.attribute === attribute) === index;
  return mentions.filter(isFirst).flatMap(({ by, attribute }) => {
    const wrong =
      attribute === ANY_ATTRIBUTE ? undefined : flawOf(attribute, step, known, { gate, isLabel: by === "labels", isSet: isSet(attribute) });
    return wrong === undefined ? [] : [`${placeOf(step, sources, attribute)}${by} names ${attribute}, ${wrong}`];
  });
}

function flawOf(
  attribute: string,
  step: PolicyStep["step"],
  known: KnownAttributes | undefined,
  { gate, isLabel, isSet }: { gate: string; isLabel: boolean; isSet: boolean },
): string | undefined {
  if (everywhere.includes(attribute) && (known === undefined || attribute === "email")) return undefined;
  const isClaim = step === "before-sending-token";
  if (known === undefined || isClaim) {
    // Custom attributes and claims can have any name: what is near one that all tenants have is mistyped.
    const hint = didYouMean(attribute, everywhere);
    return hint === "" || known?.names.includes(attribute) ? undefined : `which no tenant has.${hint}`;
  }
  if (!known.names.includes(attribute)) return `which the tenant does not have.${didYouMean(attribute, known.names)}`;
  const without = known.flows.filter((flow) => (flow.gate ?? DEFAULT_GATE) === gate && !flow.collects.includes(attribute));
  if (without.length === 0 || isLabel) return undefined;
  const flows = without.map(({ flow }) => flow).join(", ");
  return `which ${flows} does not collect: tick it under User attributes,${isSet ? " or let entra apply," : ""} and write entra-attributes.ts anew (entra types).`;
}

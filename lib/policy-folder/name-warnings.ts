import { didYouMean, nearestName } from "../../engine/problem-texts";
import { builtInAttributes, customNameFor, isBuiltInAttribute, toShortName } from "../../engine/protocols/attributes";
import { ANY_ATTRIBUTE, EVERY_FINDING, REFERRED } from "../../engine/sign-up/checks";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { unwrapRule } from "../../engine/sign-up/policy";
import type { AnyRule } from "../../engine/sign-up/rule";
import { languageFlaw } from "../../engine/sign-up/text";
import type { KnownAttributes } from "../attributes-file";
import { findPlace, foundIn, placeAt, readSources, type SourceFile, sourcesOfAll } from "./policy-files";
import { listStepUses, type PolicyContext, type PolicyStep } from "./policy-step";
import { findingsLeftBy, reasonWarnings } from "./reasons";

/** Warns of names in a policy that look mistyped: one sentence each, with file and line. */
export function nameWarnings(
  policySteps: readonly PolicyStep[],
  { gate = DEFAULT_GATE, attributes }: PolicyContext = {},
): readonly string[] {
  const steps = policySteps.map((each) => ({ each, sources: readSources(each) }));
  const ofFolder = sourcesOfAll(policySteps);
  return [
    ...steps.flatMap(({ each, sources }) => [
      ...attributeWarnings(each, sources, attributes, gate),
      ...reasonWarnings(each.policy, sources),
      ...findingWarnings(each, sources),
    ]),
    ...languageWarnings(ofFolder),
    ...secretWarnings(policySteps, ofFolder),
  ];
}

interface Mention {
  /** The rule or option that names the attribute. */
  readonly by: string;
  readonly attribute: string;
}

const everywhere: readonly string[] = [...builtInAttributes, "email"];

function attributeWarnings(
  { step, policy }: PolicyStep,
  sources: readonly SourceFile[],
  knownAttributes: KnownAttributes | undefined,
  gate: string,
): readonly string[] {
  const { labels = {}, eventAttributes = [] } = policy.options;
  const mentions: readonly Mention[] = [
    ...policy.rules
      .map(unwrapRule)
      .flatMap(({ name, asks = [], sets = [], reads = [] }) => [...asks, ...sets, ...reads].map((attribute) => ({ by: name, attribute }))),
    ...Object.keys(labels).map((attribute) => ({ by: "labels", attribute })),
    ...eventAttributes.map((attribute) => ({ by: "eventAttributes", attribute })),
  ].map(({ by, attribute }) => ({ by, attribute: toShortName(attribute) }));
  // `entra apply` selects only attributes that a rule sets. So only warnings about such attributes advise to use `entra apply`.
  const isSet = (attribute: string) => policy.rules.map(unwrapRule).some(({ sets = [] }) => sets.map(toShortName).includes(attribute));
  const mentionedAttributes = mentions.filter(({ by }) => by !== "labels").map(({ attribute }) => attribute);
  // A label may be for an attribute that no rule names, because the console shows it. So a label counts as mistyped only if it is similar
  // to a mentioned attribute.
  const suggestName = ({ by, attribute }: Mention) =>
    by === "labels" && knownAttributes === undefined && !everywhere.includes(attribute) && !mentionedAttributes.includes(attribute)
      ? nearestName(attribute, mentionedAttributes)
      : undefined;
  const isFirst = ({ attribute }: Mention, index: number) => mentions.findIndex((other) => other.attribute === attribute) === index;
  return mentions.filter(isFirst).flatMap((mention) => {
    const { by, attribute } = mention;
    const flaw =
      attribute === ANY_ATTRIBUTE
        ? undefined
        : describeFlaw(attribute, step, knownAttributes, { gate, isLabel: by === "labels", isSet: isSet(attribute) });
    const other = suggestName(mention);
    const wrong = flaw ?? (other && `which no rule names. Did you mean ${other}?`);
    return wrong === undefined ? [] : [`${findPlace(step, sources, attribute)}${by} names ${attribute}, ${wrong}`];
  });
}

function describeFlaw(
  attribute: string,
  step: PolicyStep["step"],
  knownAttributes: KnownAttributes | undefined,
  { gate, isLabel, isSet }: { gate: string; isLabel: boolean; isSet: boolean },
): string | undefined {
  if (everywhere.includes(attribute) && (knownAttributes === undefined || attribute === "email")) return undefined;
  const isClaim = step === "before-sending-token";
  if (knownAttributes === undefined || isClaim) {
    // A claim can have any name. So a claim counts as mistyped only if it is similar to an attribute that every tenant has. Other
    // attributes of an unknown tenant also count as wrong if no form can collect them.
    const hint = didYouMean(attribute, everywhere);
    if (hint !== "") return knownAttributes?.names.includes(attribute) ? undefined : `which no tenant has.${hint}`;
    return isClaim ? undefined : uncollectable(attribute);
  }
  if (!knownAttributes.names.includes(attribute)) return `which the tenant does not have.${didYouMean(attribute, knownAttributes.names)}`;
  const without = knownAttributes.flows.filter((flow) => (flow.gate ?? DEFAULT_GATE) === gate && !flow.collects.includes(attribute));
  if (without.length === 0 || isLabel) return undefined;
  const flows = without.map(({ flow }) => flow).join(", ");
  return `which ${flows} does not collect: tick it under User attributes,${isSet ? " or let entra apply," : ""} and write entra-attributes.ts again (entra types).`;
}

/** In every tenant, the names of custom attributes begin with `extension_`. */
function uncollectable(attribute: string): string | undefined {
  if (/^extension_/i.test(attribute)) return undefined;
  const instead = `use a custom attribute, such as ${customNameFor(attribute)}.`;
  return isBuiltInAttribute(attribute)
    ? `which neither a workforce tenant's form nor Azure AD B2C's collects: there, ${instead}`
    : `which no sign-up form collects: ${instead}`;
}

/** Warns of findings that a policy looks at and no rule leaves. For a rule's `consumes`, only the rules before it count. */
function findingWarnings({ step, policy }: PolicyStep, sources: readonly SourceFile[]): readonly string[] {
  const consumedFindings = policy.rules.flatMap((entry, index) => {
    const rule = unwrapRule(entry);
    const before = policy.rules.slice(0, index).flatMap((each) => ("shadow" in each ? [] : [each]));
    return (rule.consumes ?? []).flatMap((finding) => {
      const hint = finding === EVERY_FINDING || finding === REFERRED ? undefined : unmade(finding, before);
      return hint === undefined
        ? []
        : [
            {
              finding,
              text: `${findPlace(step, sources, finding)}${rule.name} looks at the finding ${finding}, which no rule before it leaves.${hint}`,
            },
          ];
    });
  });
  const read = sources.slice(0, 1).flatMap((source) =>
    foundIn(source, /\bfindings\??\.([A-Za-z_$][\w$]*)|\bfindings(?:\?\.)?\[["']([^"']+)["']\]/g).flatMap(({ name, place }) => {
      const hint = unmade(name, policy.rules.map(unwrapRule));
      return hint === undefined
        ? []
        : [{ finding: name, text: `${place}the finding ${name} is looked at, which no rule of this step leaves.${hint}` }];
    }),
  );
  const each = [...consumedFindings, ...read];
  return each.filter(({ finding }, index) => each.findIndex((other) => other.finding === finding) === index).map(({ text }) => text);
}

function unmade(finding: string, rules: readonly AnyRule[]): string | undefined {
  const madeFindings = rules.map(findingsLeftBy);
  const knownFindings = [...madeFindings.flatMap((each) => each ?? []), REFERRED];
  if (knownFindings.includes(finding) || (madeFindings.includes(undefined) && nearestName(finding, knownFindings) === undefined))
    return undefined;
  return didYouMean(finding, knownFindings);
}

/** One language of a text: `en: "…"`, `"pt-BR": "…"`. */
const entry = /\s*,?\s*(?:["']([^"']+)["']|([\w$]+))\s*:\s*(["'`])(?:\\.|(?!\3)[^\\])*\3/gy;

/** Warns of unknown languages in texts of the policy's own rules. Unknown languages in a step's options are refused elsewhere. */
function languageWarnings(sources: readonly SourceFile[]): readonly string[] {
  return sources.flatMap((source) =>
    [...source.text.matchAll(/\b(?:block\(\s*(["'`])[^"'`]*\1\s*,|ask\(\s*\{\s*[\w$]+:)\s*\{/g)].flatMap(({ index, 0: begin }) => {
      const entries = [...source.text.slice(index + begin.length).matchAll(entry)];
      const flaw = languageFlaw(Object.fromEntries(entries.map(([, quoted, plain]) => [quoted ?? plain, ""])));
      return flaw === undefined ? [] : [`${placeAt(source, index)}${flaw}`];
    }),
  );
}

function secretWarnings(policySteps: readonly PolicyStep[], sources: readonly SourceFile[]): readonly string[] {
  const declaredSecrets = policySteps.flatMap(listStepUses).flatMap((use) => ("secret" in use ? [use.secret] : []));
  const askedSecrets = sources.flatMap((source) => foundIn(source, /\bservices\??\.secret\(\s*["']([^"']+)["']/g));
  const undeclaredWarnings = askedSecrets
    .filter(({ name }) => !declaredSecrets.includes(name))
    .map(
      ({ name, place }) =>
        `${place}the secret ${name} is asked for, and no rule declares it: uses: [{ secret: "${name}" }].${didYouMean(name, declaredSecrets)}`,
    );
  // If the code computes a secret's name, no secret counts as unused.
  const isAskedOtherwise = sources.some(({ text }) => /\bsecret\((?!\s*["'])/.test(text) || /[{,]\s*secret\s*[,}]/.test(text));
  if (isAskedOtherwise) return undeclaredWarnings;
  const unusedWarnings = sources
    .flatMap((source) => foundIn(source, /\buses:\s*\[[^\]]*?\{\s*secret:\s*["']([^"']+)["']/g))
    .filter(({ name }) => !askedSecrets.some((each) => each.name === name))
    .map(({ name, place }) => `${place}the secret ${name} is declared, and no rule asks for it: services.secret("${name}").`);
  return [...undeclaredWarnings, ...unusedWarnings];
}

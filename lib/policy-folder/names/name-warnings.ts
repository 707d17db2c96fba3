import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { KnownAttributes } from "../../attributes-file";
import type { PolicyStep } from "../policy-folder";
import { attributeWarnings } from "./attributes";
import { findingWarnings } from "./findings";
import { languageWarnings } from "./languages";
import { reasonWarnings } from "./reasons";
import { secretWarnings } from "./secrets";
import { sourcesOf } from "./source";

/** What a policy's names are held against. */
export interface NamesKnown {
  /** The gate whose policy it is. @default the one without a name */
  readonly gate?: string | undefined;
  /** What entra-attributes.ts says, where there is one. */
  readonly attributes?: KnownAttributes | undefined;
}

/** Names in a policy that look mistyped, a sentence each with file and line. */
export function nameWarnings(found: readonly PolicyStep[], { gate = DEFAULT_GATE, attributes }: NamesKnown = {}): readonly string[] {
  const steps = found.map((each) => ({ each, sources: sourcesOf(each) }));
  const files = steps.flatMap(({ sources }) => sources);
  const ofFolder = files.filter(({ file }, index) => files.findIndex((other) => other.file === file) === index);
  return [
    ...steps.flatMap(({ each, sources }) => [
      ...attributeWarnings(each, sources, attributes, gate),
      ...reasonWarnings(each.policy, sources),
      ...findingWarnings(each, sources),
    ]),
    ...languageWarnings(ofFolder),
    ...secretWarnings(found, ofFolder),
  ];
}

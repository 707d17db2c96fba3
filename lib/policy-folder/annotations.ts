import { Annotations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { KnownAttributes } from "../attributes-file";
import { isServedLocally } from "../served-locally";
import { SetupError } from "../setup-error";
import type { Gate } from "./gates";
import { addressWarnings, appIdWarnings, policyWarnings, postureNotes, tooSlowForExternalTenant, untold } from "./policy-warnings";

interface Surroundings {
  /** As names of custom attributes hold it. */
  readonly extensionsAppId: string | undefined;
  readonly attributes: KnownAttributes | undefined;
  /** Whether an external tenant calls. */
  readonly isCalled: boolean;
}

/** Warns of what looks like a mistake in policies. Throws a SetupError for what cannot work, which `npm start` shows as a warning. */
export function annotatePolicies(
  gatehouse: Construct,
  gates: readonly Gate[],
  { extensionsAppId, attributes, isCalled }: Surroundings,
): void {
  const ofGates = (sentences: (gate: Gate) => readonly string[]) => gates.flatMap((gate) => prefixedByGate(gate, sentences(gate)));
  const unfit = isCalled ? tooSlowForExternalTenant : untold;
  const faults = ofGates(({ policy }) => unfit(policy));
  if (faults.length > 0 && !isServedLocally(gatehouse)) throw new SetupError(faults.join("\n"));
  const warnings = [
    ...ofGates((gate) => [
      ...policyWarnings(gate.policy, { extensionsAppId, gate: gate.name, attributes }),
      ...addressWarnings(gate, isCalled),
    ]),
    ...appIdWarnings(extensionsAppId, attributes),
    ...faults,
  ];
  for (const [index, info] of ofGates(({ policy }) => postureNotes(policy)).entries())
    Annotations.of(gatehouse).addInfoV2(`gatehouse:posture-${index}`, info);
  for (const [index, warning] of warnings.entries()) Annotations.of(gatehouse).addWarningV2(`gatehouse:policy-${index}`, warning);
}

/** Sentences about a gate's policy, each saying whose it is. */
function prefixedByGate({ name }: Gate, sentences: readonly string[]): readonly string[] {
  return sentences.map((sentence) => (name === DEFAULT_GATE ? sentence : `Gate ${name}: ${sentence}`));
}

import { Annotations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { SetupError } from "../errors";
import { isServedLocally } from "../served-locally";
import type { Gate } from "./gates";
import type { PolicyContext } from "./policy-feature";
import { policyFaults, policyWarnings, postureNotes, synthWarnings } from "./policy-warnings";

/** Warns of probable mistakes in policies. Throws SetupError for faults, but under `npm start` only warns of them. */
export function annotatePolicies(
  gatehouse: Construct,
  gates: readonly Gate[],
  { settings, attributes }: Pick<PolicyContext, "attributes"> & { readonly settings: object },
): void {
  const ofGates = (sentences: (gate: Gate) => readonly string[]) => gates.flatMap((gate) => prefixedByGate(gate, sentences(gate)));
  const faults = ofGates(({ policy }) => policyFaults(policy, settings));
  if (faults.length > 0 && !isServedLocally(gatehouse)) throw new SetupError(faults.join("\n"));
  const warnings = ofGates(({ name: gate, addressAttribute, policy }) => {
    const context = { gate, addressAttribute, attributes, settings };
    return [...policyWarnings(policy, context), ...synthWarnings(policy, context)];
  });
  for (const [index, info] of ofGates(({ policy }) => postureNotes(policy)).entries())
    Annotations.of(gatehouse).addInfoV2(`gatehouse:posture-${index}`, info);
  for (const [index, warning] of [...warnings, ...faults].entries())
    Annotations.of(gatehouse).addWarningV2(`gatehouse:policy-${index}`, warning);
}

/** Adds the gate's name to sentences. Those of the unnamed gate stay unchanged. */
function prefixedByGate({ name }: Gate, sentences: readonly string[]): readonly string[] {
  return sentences.map((sentence) => (name === DEFAULT_GATE ? sentence : `Gate ${name}: ${sentence}`));
}

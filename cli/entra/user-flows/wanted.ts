import type { ConnectorTenant, FlowStep } from "../../../adapters/graph/user-flows";
import { flowSteps } from "../../../adapters/graph/user-flows";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { type Step, steps } from "../../../engine/sign-up/sign-up";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import type { Deployment } from "../../deployment";
import { policyFolderFor } from "../../gates";
import type { UserFlowOptions } from "../options";

/** A connector as a gate's step wants it. */
export interface WantedConnector {
  readonly step: Step;
  readonly flowStep: FlowStep;
  readonly name: string;
  /** Undefined where the gate does not serve the step: its connector is to go. */
  readonly url: string | undefined;
}

/** What a user flow has to have to be judged by a gate. */
export interface WantedSetup {
  readonly connectors: readonly WantedConnector[];
  readonly username: string;
  /** Short names of what the policy's rules set, `ANY_ATTRIBUTE` among them where one cannot tell. */
  readonly attributes: readonly string[];
}

const flowStepOf: Readonly<Record<Step, FlowStep>> = {
  "after-sign-in": "postFederationSignup",
  "before-create-user": "postAttributeCollection",
  "before-sending-token": "preTokenIssuance",
};

const stepWords: Readonly<Record<Step, string>> = {
  "after-sign-in": "after sign-in",
  "before-create-user": "before creating the user",
  "before-sending-token": "before sending the token",
};

/** The connectors of a gate in a kind of tenant. */
export function wantedConnectors(
  deployment: Deployment,
  kind: ConnectorTenant,
  { stack, gate }: Pick<UserFlowOptions, "stack" | "gate">,
): readonly WantedConnector[] {
  const prefix = gate === undefined || gate === DEFAULT_GATE ? stack : `${stack} ${gate}`;
  return steps
    .filter((step) => flowSteps[kind].includes(flowStepOf[step]))
    .map((step) => ({
      step,
      flowStep: flowStepOf[step],
      name: `${prefix} ${stepWords[step]}`,
      url: deployment.steps.includes(step) ? deployment.urlOf(step) : undefined,
    }));
}

/** What the gate's rules set at sign-up. Throws PolicyError where the policy cannot be read. */
export function wantedAttributes({ policy: deployed }: Deployment, options: UserFlowOptions): readonly string[] {
  const folder = policyFolderFor(options, deployed);
  const rules = loadPolicyFolder(folder).flatMap(({ step, policy }) => (step === "before-sending-token" ? [] : policy.rules));
  return [...new Set(rules.flatMap((rule) => ("shadow" in rule ? [] : (rule.sets ?? []))))];
}

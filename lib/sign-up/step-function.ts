import type { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { GatehouseScope } from "../gatehouse-scope";
import { answeringRules, usesOfRules } from "../policy-folder/policy-folder";
import { bundleHash, gatehouseFunction } from "../resources/gatehouse-function";
import { callsService, grantUses } from "./rule-grants";
import { markServedPolicy } from "./served-policy";
import type { SignUpStepProps } from "./sign-up-step-props";
import { stepBundle } from "./step-bundle";

export interface StepFunctionProps extends SignUpStepProps {
  /** The file of `lambda/` that it is made from. */
  readonly entry: string;
  readonly description: string;
  readonly timeout: Duration;
}

/** A function that answers at one step, whoever calls it. It may touch what the step's rules declare, and nothing else. */
export function stepFunction(
  scope: Construct,
  { functionDefaults, answeringDefaults }: GatehouseScope,
  props: StepFunctionProps,
): LambdaFunction {
  const uses = usesOfRules(answeringRules(props.step));
  const lambda = gatehouseFunction(scope, "Function", {
    ...functionDefaults,
    ...stepBundle(props.step, props.entry),
    description: props.description,
    timeout: props.timeout,
    reservedConcurrency: answeringDefaults.reservedConcurrency,
    network: callsService(uses) ? props.network : undefined,
  });
  lambda.addEnvironment(environment.policyVersion, bundleHash(lambda));
  if (props.gate !== DEFAULT_GATE) lambda.addEnvironment(environment.gate, props.gate);
  props.decisions.grantKeep(lambda, props.step.step);
  grantUses(lambda, uses, props);
  markServedPolicy(lambda, props.step, props.entry);
  return lambda;
}

import { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import type { GatehouseScope } from "../gatehouse-scope";
import { dataDefines } from "../policy-folder/bundled-data";
import { answeringRules, type PolicyStep, shadowedRules, usesOf, usesOfRules } from "../policy-folder/policy-folder";
import { sourceFile } from "../resources/bundle";
import { bundleHash, gatehouseFunction } from "../resources/gatehouse-function";
import { callsService, grantUses } from "./rule-grants";
import { grantStart, shadowFunction } from "./shadow-function";
import type { SignUpStepProps } from "./sign-up-step-props";

/** Above the longest deadline a policy can set, below the 20 s that Entra waits. */
const TIMEOUT = Duration.seconds(19);

/** The functions of one step. Each may touch what its rules of the policy file declare, and nothing else. */
export class SignUpStep extends Construct {
  readonly function: LambdaFunction;
  /** Asks the shadowed rules; undefined where there are none. */
  readonly shadow: LambdaFunction | undefined;
  /** Where Entra calls it, without a slash: the step's name. */
  readonly path: string;

  constructor(gatehouse: GatehouseScope, id: string, props: SignUpStepProps) {
    super(gatehouse, id);
    const { step, file } = props.step;
    this.path = step;
    const rules = answeringRules(props.step);
    const uses = usesOfRules(rules);
    const hasShadows = shadowedRules(props.step).length > 0;
    this.function = gatehouseFunction(this, "Function", {
      ...gatehouse.functionDefaults,
      description: `Decides on sign-ups at the step ${step}`,
      entry: sourceFile("lambda", step),
      aliases: { [`#policy/${step}`]: file },
      define: { ...dataDefines(rules), "process.env.GATEHOUSE_SHADOWS": JSON.stringify(hasShadows ? "present" : "absent") },
      timeout: TIMEOUT,
      network: callsService(uses) ? props.network : undefined,
    });
    this.function.addEnvironment(environment.policyVersion, bundleHash(this.function));
    props.decisions.grantKeep(this.function);
    grantUses(this.function, uses, props);
    this.shadow = hasShadows ? shadowFunction(this, gatehouse, props) : undefined;
    if (this.shadow !== undefined) grantStart(this.function, this.shadow);
  }
}

/** Whether a rule of the step, shadowed or not, calls a system outside. */
export function asksOutside(step: PolicyStep): boolean {
  return callsService(usesOf(step));
}

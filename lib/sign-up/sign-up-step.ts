import { Duration } from "aws-cdk-lib";
import type { Alias, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { formatGateSuffix } from "../../adapters/aws/deployment-name";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { Step } from "../../engine/sign-up/sign-up";
import type { GatehouseScope } from "../gatehouse-scope";
import { listStepUses, type PolicyStep } from "../policy-folder/policy-folder";
import { liveAlias } from "../resources/gatehouse-function";
import { SLOW_MS } from "./sign-up-calls";
import { callsService, type SignUpStepProps, stepFunction } from "./step-function";

/** Longer than the longest deadline of a policy, shorter than the 20 s that Entra waits. */
const TIMEOUT = Duration.seconds(19);

/** The functions of one step that API connectors call. */
export class SignUpStep extends Construct {
  readonly gate: string;
  readonly step: Step;
  readonly function: LambdaFunction;
  readonly live: Alias;
  /** @internal */
  readonly slowMs = SLOW_MS;
  /**
   * The path without a slash in front: the names of the gate and the step, joined by a slash. For the unnamed gate, only the step's name.
   */
  readonly path: string;

  constructor(
    gatehouse: GatehouseScope,
    id: string,
    /** @internal */
    readonly props: SignUpStepProps,
  ) {
    super(gatehouse, id);
    const { step } = props.step;
    const { gate } = props;
    this.gate = gate;
    this.step = step;
    this.path = gate === DEFAULT_GATE ? step : `${gate}/${step}`;
    const description = `Decides on sign-ups at the step ${step}${formatGateSuffix(gate)}`;
    this.function = stepFunction(this, gatehouse, { ...props, entry: step, description, timeout: TIMEOUT });
    this.live = liveAlias(this.function, gatehouse.answeringDefaults);
  }

  /** Prefix of the alarms' names. @internal */
  get name(): string {
    return this.node.id;
  }

  /** The function of the shadowed rules. Undefined if there are none. */
  get shadow(): LambdaFunction | undefined {
    return this.node.tryFindChild("Shadow") as LambdaFunction | undefined;
  }
}

/** True if a rule of the step, shadowed or not, calls an outside system. */
export function asksOutside(step: PolicyStep): boolean {
  return callsService(listStepUses(step));
}

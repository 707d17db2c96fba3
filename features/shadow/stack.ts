import { Duration, Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { formatGateSuffix } from "../../adapters/aws/deployment-name";
import { environment } from "../../adapters/aws/environment";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { AnyRule, Use } from "../../engine/sign-up/rule";
import type { GateScope, StackFeature } from "../../lib/feature";
import { shadowedRules, usesOfRules } from "../../lib/policy-folder/policy-folder";
import { gatehouseFunction, grantWorkNotes } from "../../lib/resources/gatehouse-function";
import { grantGraphOfRules } from "../../lib/resources/graph-role";
import type { SignUpStep } from "../../lib/sign-up/sign-up-step";
import { markServedPolicy, shadowBundle } from "../../lib/sign-up/step-bundle";
import { callsService, grantUses, networkFor } from "../../lib/sign-up/step-function";

/** The longest deadline of a policy, with time to add the results to the record. */
const TIMEOUT = Duration.seconds(30);
/** Nothing waits for the function, so it need not be fast. */
const MEMORY_MB = 512;
/** A late result is of no use. */
const MAX_EVENT_AGE = Duration.minutes(1);

export const stack: StackFeature<object, void> = {
  order: 42,
  name: "shadow",
  wanted: ({ policy }) => policy.some((step) => shadowedRules(step).length > 0),
  build(scope) {
    for (const step of scope.steps.filter(({ props }) => shadowedRules(props.step).length > 0)) {
      const lambda = shadowFunction(scope, step);
      const starting = scope.answering.filter((each) => each.gate === step.gate && each.step === step.step);
      for (const each of starting) grantStart(each.function, lambda);
    }
  },
};

/**
 * The function may read and call what the rules declare, and add to decision records. Other writes are allowed only for rules that call an
 * outside system.
 */
function shadowFunction(scope: GateScope, place: SignUpStep): LambdaFunction {
  const { functionDefaults, records } = scope;
  const { props } = place;
  const { gate, step: policyStep } = props;
  const { step } = policyStep;
  const rules = shadowedRules(policyStep);
  const uses = usesOfRules(rules.map(dropEffects));
  const lambda = gatehouseFunction(place, "Shadow", {
    ...functionDefaults,
    description: `Tries the shadowed rules of ${step}${formatGateSuffix(gate)}, once the answer has been given`,
    ...shadowBundle(policyStep),
    timeout: TIMEOUT,
    memoryMb: MEMORY_MB,
    network: networkFor(uses, props.network, functionDefaults),
  });
  // Does not retry, because a vendor may charge for a call.
  lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: MAX_EVENT_AGE });
  Validations.of(lambda).acknowledge({
    id: "Serverless-LambdaAsyncFailureDestination",
    reason: "What a shadowed rule would have said of one person is no loss: the metric ShadowsLost counts it.",
  });
  records.grantUpdate(lambda);
  grantUses(lambda, uses, props);
  grantWorkNotes(scope, lambda, "shadows");
  if (gate !== DEFAULT_GATE) lambda.addEnvironment(environment.gate, gate);
  grantGraphOfRules(lambda, scope, uses, false);
  markServedPolicy(lambda, policyStep, "shadow");
  return lambda;
}

function grantStart(step: LambdaFunction, shadow: LambdaFunction): void {
  // grantInvoke() would also let the step's function start every version of the shadow function.
  step.addToRolePolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [shadow.functionArn] }));
  step.addEnvironment(environment.shadowFunction, shadow.functionName);
}

/**
 * Removes the uses that write, because a shadowed rule has no effects. If a rule calls an outside system, keeps all: the rule's writes
 * settle the call.
 */
function dropEffects(rule: AnyRule): AnyRule {
  const needsUse = (use: Use) => callsService(rule.uses ?? []) || !("table" in use) || use.access === "read";
  return { ...rule, uses: (rule.uses ?? []).filter(needsUse) };
}

import { endpointVariable } from "../../../adapters/aws/environment";
import { survivingRejections } from "../../../adapters/stray-rejections";
import { system } from "../../../adapters/system";
import { createDeploymentRows, type Deployment } from "../../../cli/deployment";
import { callsOutside } from "../../../engine/sign-up/checks";
import type { Decision } from "../../../engine/sign-up/decision";
import { type Policy, unwrapRule } from "../../../engine/sign-up/policy";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { AnyRuleResult } from "../../decisions/verbs/rules-said";
import { POSTURE_RULE } from "../../posture/last-rule";
import { decideDry } from "../dry-run";

/** Decides with the current rows. @param calls true if rules call their outside systems; if false, such rules let everyone pass */
export async function dryRun(policy: Policy, signUp: SignUp, deployment: Deployment, now: Date, calls: boolean) {
  for (const [name, url] of Object.entries(deployment.endpoints ?? {})) process.env[endpointVariable(name)] = url;
  const ports = {
    read: createDeploymentRows(deployment).read,
    secret: (name: string) => readPolicySecret(deployment, name),
    ...(await deployment.hashes()),
    ...system,
    now,
  };
  return await survivingRejections(undefined, () => decideDry(policy, signUp, ports, calls));
}

/**
 * The results in the order of the rules. "not reached": the engine had stopped. "not asked": no call was made. The gate posture's result
 * comes last.
 */
export function buildRuleResults({ rules }: Policy, decision: Decision, call: boolean): readonly AnyRuleResult[] {
  const gateResults = decision.trace.filter(({ rule }) => rule === POSTURE_RULE);
  const trace = decision.trace.filter((each) => !gateResults.includes(each));
  const ofRules = rules.map((entry, index): AnyRuleResult => {
    const { name, decide: decides } = unwrapRule(entry);
    const shadow = "shadow" in entry && { shadow: true as const };
    const word = trace[index];
    if (word === undefined) return { rule: name, said: "not reached", ...shadow };
    if (word.said !== "continue" || word.findings !== undefined || call || decides === undefined || !callsOutside(unwrapRule(entry)))
      return word;
    return { ...word, said: "not asked" };
  });
  return [...ofRules, ...gateResults];
}

async function readPolicySecret({ secretsManager, policySecrets = {} }: Deployment, name: string): Promise<string> {
  const SecretId = Object.hasOwn(policySecrets, name) ? policySecrets[name] : undefined;
  if (SecretId === undefined) throw new Error(`the deployment lists no secret "${name}"`);
  const { SecretString } = await secretsManager.call<{ SecretString?: string }>("GetSecretValue", { SecretId });
  if (SecretString === undefined) throw new Error(`the secret "${name}" holds no text`);
  return SecretString;
}

import { replaceOutsideRule } from "../../engine/sign-up/drill";
import type { PersonHashes } from "../../engine/sign-up/person";
import { type Policy, unwrapRule } from "../../engine/sign-up/policy";
import type { Ports } from "../../engine/sign-up/ports";
import type { AnyRule, ShadowRule } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { readDeadlineMs } from "../../engine/sign-up/time";
import { countingRows } from "../counting-rows";
import { decidingParts } from "../deciding-parts";
import { MAIL_FACTS, mailFactsBy } from "../mail-facts/rule";
import { decideFully } from "../shadow/shadows";

export type DryPorts = PersonHashes & Pick<Ports, "read" | "secret" | "clock" | "random" | "now">;

/**
 * Decides as the gate's step does, with the current rows, and writes nothing. Returns also the tables that the decision would have written
 * to.
 * @param calls true if rules call their outside systems; if false, such rules let everyone pass
 */
export async function decideDry(policy: Policy, signUp: SignUp, ports: DryPorts, calls = false) {
  const writes: string[] = [];
  const lastRule = decidingParts.lastRule(signUp.gate);
  const decision = await decideFully(calls ? policy : { ...policy, rules: policy.rules.map(keepRule) }, signUp, {
    ...ports,
    write: async ({ table }) => {
      writes.push(table);
      return true;
    },
    counts: countingRows,
    lastRule,
    remainingMs: readDeadlineMs(policy),
  });
  return { decision, writes };
}

/** `mailFacts` uses stored answers; any other rule that would call outside lets everyone pass. */
function keepRule(entry: AnyRule | ShadowRule): AnyRule | ShadowRule {
  return unwrapRule(entry).name !== MAIL_FACTS ? replaceOutsideRule(entry) : "shadow" in entry ? { shadow: mailFactsBy() } : mailFactsBy();
}

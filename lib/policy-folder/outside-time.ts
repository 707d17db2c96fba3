import { EXTENSION_ANSWER_MS } from "../../engine/protocols/extension-caller";
import { deadlineOf } from "../../engine/sign-up/policy";
import { ANSWER_RESERVE_MS } from "../../engine/sign-up/time";
import { answeringRules, type PolicyStep } from "./policy-folder";

/** What is too slow for an external tenant, a sentence each. */
export function tooSlowForExternalTenant(found: readonly PolicyStep[]): readonly string[] {
  return found.flatMap((each) => {
    const longest = Math.min(deadlineOf(each.policy), EXTENSION_ANSWER_MS) - ANSWER_RESERVE_MS;
    return answeringRules(each).flatMap(({ name, uses = [] }) =>
      uses.flatMap((use) => {
        if (!("service" in use) || (use.timeLimitMs ?? Number.POSITIVE_INFINITY) < longest) return [];
        const wait = use.timeLimitMs === undefined ? "names no time limit for" : `may wait ${use.timeLimitMs} ms for`;
        const orElse = each.step === "before-sending-token" ? "take it out" : "let an approver decide (requestApproval)";
        return [
          `In ${each.step}, ${name} ${wait} ${use.service}, and an external tenant hangs up after 2 s: give it a time limit below ${longest} ms, or ${orElse}.`,
        ];
      }),
    );
  });
}

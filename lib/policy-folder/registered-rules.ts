import { didYouMean } from "../../engine/nearest-name";
import type { Step } from "../../engine/sign-up/sign-up";
import { ruleRegistry } from "../../features/rules";
import type { PolicyStep } from "./policy-step";

const makers = ["afterSignIn", "beforeCreateUser", "beforeSendingToken", "defineRule", "pass", "block", "ask", "approval"];

/** Returns the end of the sentence "… is not defined": the import to write, or a similar name. Empty for any other error. */
export function importHint(error: unknown): string {
  const [, name] = error instanceof ReferenceError ? (/^(\w+) is not defined$/.exec(error.message) ?? []) : [];
  if (name === undefined) return "";
  const knownExports = [...makers, ...ruleRegistry.flatMap((rule) => [rule.export, ...("helpers" in rule ? (rule.helpers ?? []) : [])])];
  return knownExports.includes(name) ? `: write import { ${name} } from "entra-gatehouse".` : `.${didYouMean(name, knownExports)}`;
}

/**
 * Returns a sentence about a rule that does not fit the step; undefined if all fit. A misplaced rule blocks everybody. The compiler reports
 * it only if it sees the rule's type.
 */
export function misplacedRule({ step, file, policy }: PolicyStep): string | undefined {
  for (const entry of policy.rules) {
    const about = "shadow" in entry || entry.isOwn ? undefined : ruleRegistry.find(({ fullest }) => fullest.name === entry.name);
    const fits: readonly Step[] = about?.steps ?? [step];
    if (about !== undefined && !fits.includes(step))
      return `${file}: ${about.export} cannot stand in ${step}.ts: write it in ${fits.map((each) => `${each}.ts`).join(" or ")}.`;
  }
  return undefined;
}

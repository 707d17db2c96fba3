import { environment } from "../adapters/aws/environment";
import type { Ports } from "../engine/sign-up/ports";

/** How long a rule took. One that is asked again has two. */
export interface RuleTime {
  readonly rule: string;
  readonly ms: number;
}

/** Measures the rules of one call where that is asked for: undefined in AWS. */
export function ruleTimes(): { readonly times: readonly RuleTime[]; readonly stopwatch: NonNullable<Ports["stopwatch"]> } | undefined {
  if (process.env[environment.ruleTimes] === undefined) return undefined;
  const times: RuleTime[] = [];
  return {
    times,
    stopwatch(rule) {
      const begun = performance.now();
      return () => void times.push({ rule, ms: Math.round((performance.now() - begun) * 100) / 100 });
    },
  };
}

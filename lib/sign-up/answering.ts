import type { Construct } from "constructs";
import type { AnsweringDefaults } from "../gatehouse-scope";
import { SetupError } from "../setup-error";
import { type CanaryOptions, checkedCanary } from "./canary-options";

interface AnsweringChoices {
  readonly canary?: boolean | CanaryOptions;
  readonly provisionedConcurrency?: number;
  readonly reservedConcurrency?: number;
}

/** What a Gatehouse's options say of the functions that answer sign-ups. Throws SetupError. */
export function answeringDefaults(scope: Construct, options: AnsweringChoices): AnsweringDefaults {
  const { provisionedConcurrency, reservedConcurrency } = options;
  assertInstances({ provisionedConcurrency });
  assertInstances({ reservedConcurrency });
  if (provisionedConcurrency !== undefined && reservedConcurrency !== undefined && provisionedConcurrency > reservedConcurrency) {
    throw new SetupError(
      `Gatehouse's option provisionedConcurrency is ${provisionedConcurrency}, and reservedConcurrency ${reservedConcurrency}, in which its instances count: raise reservedConcurrency to ${provisionedConcurrency} or more.`,
    );
  }
  return { provisionedConcurrency, reservedConcurrency, canary: checkedCanary(scope, options.canary) };
}

/** With none reserved, Lambda would refuse every call. */
function assertInstances(option: Readonly<Record<string, number | undefined>>): void {
  for (const [name, count] of Object.entries(option)) {
    if (count === undefined || (Number.isSafeInteger(count) && count >= 1)) continue;
    throw new SetupError(`Gatehouse's option ${name} is ${count}; it must be a whole number from 1, or be left out.`);
  }
}

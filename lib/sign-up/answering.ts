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
  if (provisionedConcurrency !== undefined && reservedConcurrency !== undefined && provisionedConcurrency > reservedConcurrency) {
    throw new SetupError(
      `Gatehouse's option provisionedConcurrency is ${provisionedConcurrency}, and reservedConcurrency ${reservedConcurrency}, in which its instances count: raise reservedConcurrency to ${provisionedConcurrency} or more.`,
    );
  }
  return { provisionedConcurrency, reservedConcurrency, canary: checkedCanary(scope, options.canary) };
}

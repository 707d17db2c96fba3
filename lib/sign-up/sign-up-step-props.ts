import type { Decisions } from "../events/decisions";
import type { Network } from "../network/outgoing-address";
import type { PolicyStep } from "../policy-folder/policy-folder";
import type { Grantable } from "./rule-grants";

/** What the functions of one step are made from. */
export interface SignUpStepProps extends Grantable {
  readonly step: PolicyStep;
  /** Whose step it is. */
  readonly gate: string;
  readonly decisions: Decisions;
  /** Where a function runs whose rules call a system outside. */
  readonly network: Network | undefined;
}

import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { workerEnvironment } from "../../../adapters/aws/worker-environment";
import type { GateFacts, GateScope } from "../../../lib/feature";
import { type AskedLists, listsOfPolicies } from "../asked-lists";
import { PARTNER } from "../partner";

/** How each gate's policy asks the list. */
export function askedLists({ gates }: Pick<GateFacts, "gates">): NonNullable<AskedLists> {
  return Object.fromEntries(gates.map(({ name, policy }) => [name, listsOfPolicies(policy.map((each) => each.policy))]));
}

/** Lets a function ask whether the list denies somebody: the rows of entries, and those of partners, whose allows may be closer. */
export function grantDenials(lambda: LambdaFunction, { facts, tables }: Pick<GateScope, "facts" | "tables">): void {
  const lists = askedLists(facts);
  lambda.addEnvironment(workerEnvironment.askedLists, JSON.stringify(lists));
  if (Object.values(lists).flat().length === 0) return;
  tables.accessList.grantRows(lambda, "BatchGetItem");
  tables.decisions.grantRowsUnder(lambda, PARTNER, "BatchGetItem");
}

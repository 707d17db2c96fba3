import { AccountPrincipal } from "aws-cdk-lib/aws-iam";
import { EventQueue, type GatehouseStack } from "entra-gatehouse/cdk";

export function add(stack: GatehouseStack): void {
  const { queue } = new EventQueue(stack, "ForTheDatabase", { eventPattern: { detailType: ["sign-up.decided.v1"] } });
  queue.grantConsumeMessages(new AccountPrincipal("222222222222"));
}

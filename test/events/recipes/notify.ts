import { EmailSubscription, SmsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { type GatehouseStack, Notifications } from "entra-gatehouse/cdk";

export function add(stack: GatehouseStack): void {
  new Notifications(stack, "StoppedSignUps", {
    subscriptions: [new EmailSubscription("it@contoso.com"), new SmsSubscription("+821012345678")],
  });
}

import { EmailSubscription, SmsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Notifications } from "../../../lib/events/notifications";
import type { GatehouseStack } from "../../../lib/gatehouse-stack";

export function add(stack: GatehouseStack): void {
  new Notifications(stack, "StoppedSignUps", {
    subscriptions: [new EmailSubscription("it@contoso.com"), new SmsSubscription("+821012345678")],
  });
}

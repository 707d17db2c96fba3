import { SlackChannelConfiguration } from "aws-cdk-lib/aws-chatbot";
import { Notifications } from "../../../lib/events/notifications";
import type { GatehouseStack } from "../../../lib/gatehouse-stack";

export function add(stack: GatehouseStack): void {
  const { topic } = new Notifications(stack, "StoppedSignUps", { chat: true });
  new SlackChannelConfiguration(stack, "Slack", {
    slackChannelConfigurationName: "gatehouse",
    slackWorkspaceId: "T0123ABCD",
    slackChannelId: "C0123ABCD",
    notificationTopics: [topic],
  });
}

import { SecretValue } from "aws-cdk-lib";
import { ApiDestination, Authorization, Connection, EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { ApiDestination as ApiDestinationTarget } from "aws-cdk-lib/aws-events-targets";
import type { Gatehouse } from "entra-gatehouse/cdk";

/** Tells a channel of each request, with a link to the console. */
export function askInChat(gatehouse: Gatehouse, chat: "teams" | "slack"): void {
  const field = (name: string) => EventField.fromPath(`$.detail.${name}`);
  const sentence = `A sign-up request waits for a decision: ${field("reference")}, due ${field("answerBy")}.`;
  const url = `${gatehouse.console?.url}/approvals/requests/${field("requestId")}`;
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [{ type: "TextBlock", text: sentence, wrap: true }],
    actions: [{ type: "Action.OpenUrl", title: "Open the request", url }],
  };
  const messages = {
    teams: { type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: card }] },
    slack: { text: `${sentence} ${url}` },
  };
  const webhook = new ApiDestination(gatehouse, "ChatWebhook", {
    endpoint: SecretValue.secretsManager("gatehouse/chat-webhook").unsafeUnwrap(),
    rateLimitPerSecond: 1,
    // Chats ask for no key beside their address, and EventBridge wants one.
    connection: new Connection(gatehouse, "ChatConnection", {
      authorization: Authorization.apiKey("X-Sent-By", SecretValue.unsafePlainText("gatehouse")),
    }),
  });
  new Rule(gatehouse, "RequestsToChat", {
    eventBus: gatehouse.bus,
    eventPattern: { source: ["gatehouse"], detailType: ["approval.requested.v1"] },
    targets: [new ApiDestinationTarget(webhook, { event: RuleTargetInput.fromObject(messages[chat]) })],
  });
}

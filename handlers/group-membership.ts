import type { EventBridgeEvent, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { required } from "../adapters/aws/environment";
import { secretVersion } from "../adapters/aws/secret-version";
import { graphEnvironment } from "../adapters/graph/graph";
import { GROUP_VARIABLE, type Joined, join, joinAccount } from "../adapters/graph/group-membership";
import type { World } from "../adapters/world";
import type { AccountCreated } from "../engine/approvals/event";
import type { SignUpDecided } from "../engine/sign-up/event";

/** Adds people who were let in, or got an account by approval, to a group. What fails, or is too early, the queue gives out again. */
export function groupMembershipHandler({ settings, secrets, log, ...world }: Pick<World, "settings" | "secrets" | "directory" | "log">) {
  const groupId = required(GROUP_VARIABLE, settings);
  const directory = world.directory({
    tenantId: required(graphEnvironment.tenant, settings),
    clientId: required(graphEnvironment.client, settings),
    clientSecret: async () => {
      const secret = await secretVersion(secrets, required(graphEnvironment.secret, settings), "AWSCURRENT");
      if (!secret?.SecretString) throw new Error("The application's client secret is empty.");
      return secret.SecretString.trim();
    },
  });

  /** Entra makes the account, and does not say which: it is looked for. */
  async function joinLetIn({ email, issuers = [], time }: SignUpDecided): Promise<Joined> {
    if (email === undefined) throw new Error("The event names nobody.");
    return await join(directory, groupId, { email, issuers, decidedAt: new Date(time) });
  }

  /** True once the message has had its effect. */
  async function settle({ body }: SQSRecord): Promise<boolean> {
    let reference: string | undefined;
    try {
      const { detail } = JSON.parse(body) as EventBridgeEvent<string, SignUpDecided | AccountCreated>;
      reference = detail.reference;
      const joined = "accountId" in detail ? await joinAccount(directory, groupId, detail.accountId) : await joinLetIn(detail);
      log.info("group membership", { joined, reference });
      return joined !== "absent";
    } catch (error) {
      const { name, status, code } = error as { name?: string; status?: number; code?: string };
      log.error("group membership failed", { reference, error: name, status, code });
      return false;
    }
  }

  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const record of Records) {
      if (!(await settle(record))) batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  };
}

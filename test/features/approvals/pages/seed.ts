import { marshall } from "@aws-sdk/util-dynamodb";
import { referenceFor } from "../../../../engine/sign-up/call";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { asked, type TestConsole } from "../../../console/support";

/** Many people of a domain ask, one a minute: rows as the sign-up writes them. */
export async function seed(
  pages: TestConsole,
  domain: string,
  count: number,
  more: (index: number) => Partial<ApprovalRequest> = () => ({}),
): Promise<readonly ApprovalRequest[]> {
  const first = await asked(pages, `p0@${domain}`);
  const rest = Array.from({ length: count - 1 }, (_, at): ApprovalRequest => {
    const index = at + 1;
    const id = `${index}${domain.replaceAll(".", "")}`.padEnd(22, "x").slice(0, 22);
    const time = new Date(Date.parse(first.requestedAt) + index * 60_000).toISOString();
    const own = { id, reference: referenceFor(id), personId: `person-${id}`, email: `p${index}@${domain}` };
    return { ...first, ...own, requestedAt: time, changedAt: time };
  });
  const all = [first, ...rest].map((request, index) => ({ ...request, ...more(index) }));
  for (const request of all) {
    const Item = marshall(request, { removeUndefinedValues: true });
    await pages.database.client.call("PutItem", { TableName: "approvals-test", Item });
  }
  return all;
}

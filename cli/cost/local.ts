import { decisionStore } from "../../adapters/tables/decisions";
import type { DeploymentOptions } from "../command";
import { deploymentFor } from "../deployment";
import type { Bill } from "./bill";
import type { Stretch } from "./metrics";
import { CALLS, costOfAMillion } from "./paper";
import { signUpsIn } from "./parts";

/** What the sign-ups that a running npm start keeps would have cost in AWS, on paper. */
export async function localBill(options: DeploymentOptions, { from, to }: Stretch): Promise<Bill> {
  const { dynamodb, decisionsTable } = await deploymentFor(options);
  const decisions: Record<string, number> = {};
  let calls = 0;
  for await (const page of decisionStore(dynamodb, decisionsTable).between(from, to)) {
    for (const { step } of page) decisions[step] = (decisions[step] ?? 0) + 1;
    calls += page.length;
  }
  return {
    of: "The running npm start, as if AWS had served it",
    from,
    to,
    signUps: signUpsIn(decisions),
    parts: costOfAMillion().map(({ part, used, dollars }) => ({ part, used: `of a million: ${used}`, dollars: (dollars * calls) / CALLS })),
    notes: [
      `npm start costs nothing. It keeps ${calls.toLocaleString("en-US")} decisions of that time; each is priced as one of two calls of a sign-up, by the arithmetic of docs/costs.md.`,
      "Not known here: what stands there while nobody calls (about $2 a month), and what options add.",
    ],
  };
}

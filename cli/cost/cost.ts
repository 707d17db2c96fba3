import { decisionStore } from "../../adapters/tables/decisions";
import { stackFor } from "../aws/stack";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { momentFrom } from "../typed";
import { type Bill, printBill, printBillAsJson } from "./bill";
import { CALLS, costOfAMillion } from "./paper";
import { billOf, notCounted, signUpsIn } from "./parts";
import { priceList } from "./prices";
import { type Stretch, usageOf } from "./usage";

interface CostOptions extends DeploymentOptions, JsonOption {
  readonly since: string;
}

const HOUR_MS = 3_600_000;
const MOST_DAYS = 455;

/** `entra-gatehouse cost`. */
export async function cost(options: CostOptions, { output }: CommandContext): Promise<void> {
  const to = new Date();
  const from = beginning(options.since, to);
  const bill = options.local ? await localBill(options, { from, to }) : await stackBill(options, { from, to });
  if (options.json) printBillAsJson(bill, output);
  else printBill(bill, output);
}

/** CloudWatch counts by the hour, and keeps its counts for 455 days. */
function beginning(typed: string, now: Date): Date {
  const from = momentFrom(typed, now);
  const hours = (now.getTime() - from.getTime()) / HOUR_MS;
  if (hours >= 1 && hours <= MOST_DAYS * 24) return from;
  throw new CommandError(`--since ${typed} is too near or too far: write a time from 1h to ${MOST_DAYS}d back, such as 12h, 7d or 30d.`);
}

async function stackBill(options: CostOptions, asked: { readonly from: Date; readonly to: Date }): Promise<Bill> {
  const stack = await stackFor(options);
  if (stack === undefined) throw new CommandError(`There is no stack ${options.stack}: see --stack, --stage, --region and --profile.`);
  if (stack.output("DecisionsTable") === undefined) {
    throw new CommandError(
      `The stack ${options.stack} is not a Gatehouse, or an older one to be deployed again: it has no output DecisionsTable.`,
    );
  }
  const { to } = asked;
  // CloudWatch counts by the hour.
  const from = new Date(Math.max(asked.from.getTime(), Math.min(stack.created.getTime(), to.getTime() - HOUR_MS)));
  const usage = await usageOf(stack, { from, to });
  const { region } = stack.account;
  return {
    of: `The stack ${options.stack} in ${region}`,
    region,
    from,
    to,
    signUps: signUpsIn(usage.decisions),
    parts: billOf(usage, (to.getTime() - from.getTime()) / HOUR_MS),
    notes: [
      ...(from > asked.from ? ["The stack is younger than the time that was asked for: the bill begins with it."] : []),
      ...(region === priceList.region ? [] : [`Prices are those of ${priceList.region}; ${region} may cost 10 to 30 % more.`]),
      notCounted,
    ],
  };
}

/** What the sign-ups that a running npm start keeps would have cost in AWS, on paper. */
async function localBill(options: DeploymentOptions, { from, to }: Stretch): Promise<Bill> {
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
      "Not known here: what costs money while nobody calls (about $2 a month), and what options add.",
    ],
  };
}

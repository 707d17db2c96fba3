import { addIndexes } from "../../features/access-list/store/list-indexes";
import { buildShape, keysToKnow } from "../../features/look-alikes/look-alike";
import { tableShapes } from "../../features/row-kinds";
import { markdownTable } from "../schema-tables";
import { costOfAMillion, freeTier, HOURS_A_MONTH, priceList as price } from "./million";

const ROWS = 1_000_000;
/** A domain whose name has fourteen letters. */
const DOMAIN = "contosopartner.com";

/** Returns the number of rows that an import writes to find look-alikes of an allowed domain. */
export function lookAlikeRows(domain: string): number {
  const shape = buildShape(domain);
  return shape === undefined ? 0 : keysToKnow(shape).length;
}

function listWrites(): number {
  const row = addIndexes({ entry: { S: DOMAIN }, effect: { S: "allow" } });
  const standsIn = tableShapes.accessList.indexes.filter(
    ({ partitionKey, sortKey }) => partitionKey in row && sortKey !== undefined && sortKey in row,
  );
  return 1 + standsIn.length;
}

export function importCost(): string {
  const alike = lookAlikeRows(DOMAIN);
  const list = ROWS * listWrites() * price.write;
  const importDollars = ROWS * (alike * price.write + price.read);
  const dollars = (amount: number) => `**$${amount.toFixed(2)}**`;
  return [
    `A million new rows cost ${dollars(list)}: ${listWrites()} writes each.`,
    `If they allow domains such as ${DOMAIN}, they cost ${dollars(list + importDollars)}: each also takes a read and writes ${alike} rows,`,
    "under which a [look-alike](access-list.md#look-alikes) of it is found. Changes and removals write none of these.",
  ].join(" ");
}

export function millionTable(): string {
  const parts = costOfAMillion();
  const namedParts = parts.filter(({ dollars }) => dollars >= 1);
  const small = parts.filter((part) => !namedParts.includes(part));
  const names = small.map(({ part }) => part).join("; ");
  const rows = [...namedParts, { part: "The rest", used: names, dollars: sumDollars(small) }];
  return markdownTable(
    ["part", "arithmetic", "a million sign-ups"],
    [
      ...rows.map(({ part, used, dollars }) => [part, used, `$${dollars.toFixed(2)}`]),
      ["**together**", "", `**$${sumDollars(parts).toFixed(2)}**`],
    ],
  );
}

/** Amounts of a stack with the shipped policy and without options, and of the released template's. A test counts them in the templates. */
export const idle = { alarmMetrics: 17, secrets: 2, startsAnHour: 72, warmFunctions: 3 } as const;
export const idleRelease = { alarmMetrics: 31, secrets: 3, startsAnHour: 96, warmFunctions: 3 } as const;
type IdleAmounts = Readonly<Record<keyof typeof idle, number>>;
/** Seconds that a function runs if it has nothing to do (assumed). Such a run also makes one read. */
const START_SECONDS = 0.01;

export function idleCost({ alarmMetrics, secrets, startsAnHour, warmFunctions }: IdleAmounts = idle): number {
  const metrics = (alarmMetrics - freeTier.alarmMetrics) * price.alarmMetric;
  return metrics + secrets * price.secret + startsCost(startsAnHour) + warmFunctions * warmCost();
}

function startsCost(startsAnHour: number = idle.startsAnHour): number {
  return startsAnHour * HOURS_A_MONTH * (price.lambdaCall + START_SECONDS * price.lambdaGbSecond + price.read);
}

/** Assumptions about `keepWarm`: a call opens at most two connections, and an environment lives for at least two hours. */
const warm = { callsAnHour: 15, callSeconds: 0.05, gb: 1, lifeHours: 2, startSeconds: 0.5, secretReads: 3 } as const;

export function warmCost(): number {
  const aCall = price.lambdaCall + warm.callSeconds * warm.gb * price.lambdaGbSecond;
  const aStart = warm.startSeconds * warm.gb * price.lambdaGbSecond + warm.secretReads * price.secretRead;
  return HOURS_A_MONTH * (warm.callsAnHour * aCall + aStart / warm.lifeHours);
}

export function warmText(): string {
  const calls = warm.callsAnHour * HOURS_A_MONTH;
  const dollars = (amount: number) => `$${amount.toFixed(2)}`;
  return [
    `\`keepWarm\` costs **${dollars(idle.warmFunctions * warmCost())} a month** with the policy that ships, and ${dollars(warmCost())} for each function more:`,
    `${calls.toLocaleString("en")} calls of about ${warm.callSeconds * 1000} ms at 1 GB each, and a new environment every ${warm.lifeHours} hours, which starts for ${warm.startSeconds} s`,
    `and reads ${warm.secretReads} secrets. With \`tracing\`, X-Ray traces them too: ${dollars(calls * price.trace)} a function, beyond the account's first 100,000 a month.`,
  ].join(" ");
}

export function idleText(): string {
  const starts = (idle.startsAnHour * HOURS_A_MONTH).toLocaleString("en");
  return [
    `**$${idleCost().toFixed(2)} a month**: ${idle.secrets} secrets at $0.40 (the credentials, the key of hashes),`,
    `${idle.alarmMetrics} metrics under alarms at $0.10, of which an account has ${freeTier.alarmMetrics} free, and $${startsCost().toFixed(2)} for`,
    `looks: each minute for an import's domains, each five minutes for streams that are off (${starts} starts of about ${START_SECONDS * 1000} ms, with a read each). ${"`keepWarm`"} adds $${(idle.warmFunctions * warmCost()).toFixed(2)}, which is in it.`,
    `The stack of a release's [template](template.md) costs **$${idleCost(idleRelease).toFixed(2)}**, for ${idleRelease.secrets} secrets and ${idleRelease.alarmMetrics} metrics.`,
  ].join(" ");
}

/**
 * Each step has one metric for each pair of verdict and rule, and three metrics from the access log. All steps share one metric of cold
 * calls. AWS bills a metric only for hours with data.
 */
const ownMetrics = 13;

export function monthTable(): string {
  const metrics = ownMetrics * price.ownMetric;
  const rows = (["rest", "http"] as const).map((api) => {
    const margin = sumDollars(costOfAMillion(api));
    const cells = [margin, metrics, idleCost()].map((dollars) => `$${dollars.toFixed(2)}`);
    return [`\`api: "${api}"\``, ...cells, `**$${(margin + metrics + idleCost()).toFixed(2)}**`];
  });
  return markdownTable(["by", "a million sign-ups", `${ownMetrics} metrics`, "idle", "together"], rows);
}

function sumDollars(parts: ReturnType<typeof costOfAMillion>): number {
  return parts.reduce((total, { dollars }) => total + dollars, 0);
}

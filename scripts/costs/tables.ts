import { markdownTable } from "../markdown-table";
import { costOfAMillion } from "./million";
import { freeTier, HOURS_A_MONTH, priceList as price } from "./prices";

/** Parts below a dollar share a row. */
export function millionTable(): string {
  const parts = costOfAMillion();
  const named = parts.filter(({ dollars }) => dollars >= 1);
  const small = parts.filter((part) => !named.includes(part));
  const names = small.map(({ part }) => part).join("; ");
  const rows = [...named, { part: "The rest", used: names, dollars: sumOf(small) }];
  return markdownTable(
    ["part", "arithmetic", "a million sign-ups"],
    [
      ...rows.map(({ part, used, dollars }) => [part, used, `$${dollars.toFixed(2)}`]),
      ["**together**", "", `**$${sumOf(parts).toFixed(2)}**`],
    ],
  );
}

/** For the shipped policy without options: a test counts them in the template. */
export const idle = { alarmMetrics: 17, secrets: 2, startsAnHour: 72 } as const;
/** Seconds of a start with nothing to do (assumed), which also makes one read. */
const START_SECONDS = 0.01;

export function idleCost(): number {
  return (idle.alarmMetrics - freeTier.alarmMetrics) * price.alarmMetric + idle.secrets * price.secret + startsCost();
}

function startsCost(): number {
  return idle.startsAnHour * HOURS_A_MONTH * (price.lambdaCall + START_SECONDS * price.lambdaGbSecond + price.read);
}

export function idleText(): string {
  const starts = (idle.startsAnHour * HOURS_A_MONTH).toLocaleString("en");
  return [
    `**$${idleCost().toFixed(2)} a month**: ${idle.secrets} secrets at $0.40 (the credentials, the key of hashes),`,
    `${idle.alarmMetrics} metrics under alarms at $0.10, of which an account has ${freeTier.alarmMetrics} free, and $${startsCost().toFixed(2)} for`,
    `looks: each minute for an import's domains, each five minutes for streams that are off (${starts} starts of about ${START_SECONDS * 1000} ms, with a read each).`,
  ].join(" ");
}

/** One for each pair of verdict and rule at a step, and three of the access log for each step. */
const ownMetrics = 12;

/** The first month with a million sign-ups, for both APIs. */
export function monthTable(): string {
  const metrics = ownMetrics * price.ownMetric;
  const rows = (["rest", "http"] as const).map((api) => {
    const margin = sumOf(costOfAMillion(api));
    const cells = [margin, metrics, idleCost()].map((dollars) => `$${dollars.toFixed(2)}`);
    return [`\`api: "${api}"\``, ...cells, `**$${(margin + metrics + idleCost()).toFixed(2)}**`];
  });
  return markdownTable(["by", "a million sign-ups", `${ownMetrics} metrics`, "idle", "together"], rows);
}

function sumOf(parts: ReturnType<typeof costOfAMillion>): number {
  return parts.reduce((total, { dollars }) => total + dollars, 0);
}

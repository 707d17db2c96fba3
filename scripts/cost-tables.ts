import { costOfAMillion } from "../cli/cost/paper";
import { freeTier, priceList as price } from "../cli/cost/prices";
import { markdownTable } from "./markdown-table";

export function millionTable(): string {
  const parts = costOfAMillion();
  const sum = parts.reduce((total, { dollars }) => total + dollars, 0);
  return markdownTable(
    ["part", "arithmetic", "a million sign-ups"],
    [...parts.map(({ part, used, dollars }) => [part, used, `$${dollars.toFixed(2)}`]), ["**together**", "", `**$${sum.toFixed(2)}**`]],
  );
}

/** Of the policy that ships, without options: a test counts them in the template. */
export const idle = { alarmMetrics: 21, secrets: 2 } as const;

export function idleCost(): number {
  return (idle.alarmMetrics - freeTier.alarmMetrics) * price.alarmMetric + idle.secrets * price.secret;
}

export function idleTable(): string {
  const beyond = idle.alarmMetrics - freeTier.alarmMetrics;
  return markdownTable(
    ["part", "arithmetic", "a month"],
    [
      ["Secrets", `${idle.secrets} at $0.40: the credentials, the key of people's hashes`, `$${(idle.secrets * price.secret).toFixed(2)}`],
      [
        "Alarms",
        `${idle.alarmMetrics} metrics under alarms at $0.10, of which an account has ${freeTier.alarmMetrics} free`,
        `$${(beyond * price.alarmMetric).toFixed(2)}`,
      ],
      ["Tables, functions, APIs, the bus, log groups", "nothing while nobody calls", "$0.00"],
      ["**together**", "", `**$${idleCost().toFixed(2)}**`],
    ],
  );
}

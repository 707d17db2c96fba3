import { commitBehind } from "../../../adapters/aws/deployment-name";
import { consoleVariables } from "../../../console/app/ports";
import type { ConsoleFeature } from "../../../console/app/visit";
import { decisionPath } from "../../../console/parts/links";
import { readDaySince } from "../../../console/parts/time";
import { shortenText } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { type DecisionStore, decisionStore } from "../store/decisions";
import { findDecisions } from "./decision-panel";
import { routes } from "./decisions";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly decisions: DecisionStore;
    /** The commit of a policy's version. Undefined if unknown. */
    commitBehind(policyVersion: string): Promise<string | undefined>;
  }
}

const t = pageTexts({
  since: [(day: string) => `Decisions since ${day}`, (day) => `${day} 이후 결정`],
  decision: ["decision", "결정"],
  ofDomain: [(domain: string) => `Decisions on people of ${domain}`, (domain) => `${domain} 사람들에 대한 결정`],
});

export const pages = {
  order: 20,
  ports: ({ tables, nameOf, settings, templateMetadata }) => ({
    decisions: decisionStore(tables, nameOf("decisions")),
    async commitBehind(policyVersion: string) {
      // If `npm start` runs the app, there is no stack, and the commit is unknown.
      const stack = settings[consoleVariables.alarmStack];
      return stack && commitBehind(policyVersion, await templateMetadata(stack).catch(() => undefined));
    },
  }),
  routes,
  search: {
    asked(visit, words) {
      const since = readDaySince(visit, words);
      if (since === undefined || !visit.may("Reader")) return [];
      const name = t.since(since.day);
      const path = `/decisions?${new URLSearchParams({ from: since.day, zone: visit.zone })}`;
      return since.others.every((word) => name.toLowerCase().includes(word)) ? [{ path, name, icon: "decisions" }] : [];
    },
    async named(visit, text) {
      const [decision] = await findDecisions(visit, text);
      if (decision === undefined) return [];
      return [{ rank: 0, path: decisionPath(decision.reference), name: decision.reference, note: t.decision, icon: "decisions" }];
    },
    ofDomain: (_, domain) => [
      { path: `/decisions?${new URLSearchParams({ domain })}`, name: t.ofDomain(shortenText(domain, 80)), icon: "decisions" },
    ],
  },
  menu: [{ path: "/decisions", access: "Reader", name: { en: "Decisions", ko: "결정" }, icon: "decisions" }],
} satisfies ConsoleFeature;

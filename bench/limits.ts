import { system } from "../adapters/system";
import { rows } from "../adapters/tables/rows";
import { decide } from "../engine/sign-up/engine";
import { keyedHash } from "../engine/sign-up/person";
import { countingRows } from "../features/counting-rows";
import { limit } from "../features/limit/rule";
import { attackDay } from "../test/engine/rules/attack-day";
import { memoryTables } from "../test/memory/tables";
import { anyPolicy } from "../test/support/any-policy";
import { createKeyTable } from "../test/support/key-table";
import { type Report, tellProgress } from "./report";

const DAY = 10_000;
const RUNS = 100;
const AT_ONCE = 200;
const MAX = 20;

/** Measures limits under attack, and with many people at once. @param size sign-ups of the day */
export async function limitsUnderAttack(size = DAY): Promise<Report> {
  tellProgress(`limits: a day of ${size.toLocaleString("en")} sign-ups`);
  const { came, letIn, reads, writes } = await attackDay(size, Math.round(size / 20));
  const share = (count: number, of: number) => `${((100 * count) / of).toFixed(1)} %`;
  const kinds = ["attack", "listed", "others"] as const;
  tellProgress(`limits: ${AT_ONCE} at once, ${RUNS} times`);
  const counts = new Set<number>();
  for (let run = 0; run < RUNS; run++) counts.add(await letInAtOnce());
  return {
    title: "Limits: a day of which one sign-up in twenty is of an attack, from 3 networks and 40 new domains",
    tables: [
      [
        ["people", "came", "let in", "stopped"],
        ...kinds.map((kind) => [kind, String(came[kind]), String(letIn[kind]), share(came[kind] - letIn[kind], came[kind])]),
      ],
      [
        ["calls of a sign-up", "the most"],
        ["reads", String(reads)],
        ["writes, let in", String(writes.letIn)],
        ["writes, sent to an approver", String(writes.stopped)],
      ],
      [
        [`${AT_ONCE} at once, max ${MAX}, ${RUNS} runs`, "let in"],
        ["the fewest", String(Math.min(...counts))],
        ["the most", String(Math.max(...counts))],
      ],
    ],
    notes: [
      'The policy: a listed partner, others by network, 5 an hour and 8 a day, then: "approval". The real rules and reads, tables in memory.',
      "One write for each window counts a person; the record of the decision is one more, which the engine does not make.",
    ],
  };
}

async function letInAtOnce(): Promise<number> {
  const tables = memoryTables();
  await createKeyTable(tables, "ledger", "ledger");
  const { read, write } = rows(tables, (name) => name);
  const ports = {
    ...system,
    counts: countingRows,
    read,
    write,
    secret: async () => "",
    hashOf: keyedHash("bench"),
    now: new Date(),
    remainingMs: 60_000,
  };
  const policy = anyPolicy([limit({ by: "domain", windows: [{ max: MAX, per: "1h" }] })]);
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) => {
      const about = { step: "before-create-user", source: "b2b", identities: [], attributes: {}, locales: [] } as const;
      return decide(policy, { ...about, email: `p${index}@contoso.com` }, ports);
    }),
  );
  return answers.filter(({ answer }) => answer.kind === "continue").length;
}

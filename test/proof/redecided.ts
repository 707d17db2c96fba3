import { auditedTableOf, type History } from "../../adapters/audit/rows-then";
import { type Redecided, redecided } from "../../adapters/preview/redecide";
import { rows } from "../../adapters/tables/rows";
import { POSTURE } from "../../engine/posture/posture";
import { keyedHash } from "../../engine/sign-up/person";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { recordId } from "../../engine/sign-up/records";
import type { RecordKey } from "../../engine/sign-up/rule";
import type { RuleResult } from "../../engine/sign-up/verdict";
import { type RecordLeft, realOutcomes } from "./real";
import type { Scenario } from "./scenario";

const hashOf = keyedHash("k".repeat(64));

/** A record, decided again as it is and as somebody tampered with it. */
interface RecordDecided {
  readonly record: DecisionRecord;
  readonly outcome: Redecided;
  readonly tampered: readonly (readonly [string, Redecided])[];
}

/** Each record that a scenario leaves, decided again by its own policy and its own rows. */
export async function redecidedIn(scenario: Scenario): Promise<readonly RecordDecided[]> {
  const all: RecordDecided[] = [];
  await realOutcomes(scenario, async (left) => {
    const record = left.record as unknown as DecisionRecord;
    const again = (each: DecisionRecord) => redecided(each, left.policy, { hashes: { hashOf }, history: historyBefore(left) });
    const outcome = await again(record);
    const isWhole = outcome.kind === "same" && outcome.taken.length === 0;
    const forged = isWhole ? forgeries(record) : [];
    const tampered = await Promise.all(forged.map(async ([name, each]) => [name, await again(each)] as const));
    all.push({ record, outcome, tampered });
  });
  return all;
}

/** What somebody may have made of a record. */
function forgeries(record: DecisionRecord): readonly (readonly [string, DecisionRecord])[] {
  const { rule: _, ...rest } = record;
  const { verdict, trace, step } = record;
  const admitted = { ...rest, verdict: "continue", reasons: [] } as const;
  const decided = trace.filter(({ evidence }) => evidence?.entry !== undefined);
  return [
    ...(verdict === "continue" ? [] : ([["let in", admitted]] as const)),
    ...(verdict === "continue" && step !== "before-sending-token"
      ? ([["refused", { ...record, verdict: "block", rule: "access-list", reasons: ["access-list.denied"] }]] as const)
      : []),
    ...(step === "before-sending-token" ? [] : ([["let in by a failure", { ...admitted, trace: [], failure: "read" }]] as const)),
    ["without its first rule", { ...record, trace: trace.slice(1) }],
    ...decided.map(
      (word) => ["by another entry", { ...record, trace: trace.map((each) => (each === word ? byAnother(word) : each)) }] as const,
    ),
  ];
}

function byAnother(word: RuleResult): RuleResult {
  return { ...word, evidence: { ...word.evidence, entry: "forged.example", level: "domain" } };
}

/** The rows before the call: no sign-up changes any that the trail covers, but how its gate is set. */
function historyBefore({ tables, gates }: RecordLeft): History {
  const { read } = rows(tables, (table) => table);
  const isGate = ({ table, key }: RecordKey) => table === "decisions" && key.reference === POSTURE;
  return {
    async at(keys) {
      const found = new Map(await read(keys.filter((key) => auditedTableOf(key) !== undefined && !isGate(key))));
      for (const key of keys.filter(isGate)) {
        const row = gates.get(String(key.key.id));
        if (row !== undefined) found.set(recordId(key), row);
      }
      const unknown = keys.filter((key) => auditedTableOf(key) === undefined).map((key) => [recordId(key), "no history"] as const);
      return { rows: found, unknown: new Map(unknown), near: [] };
    },
    changedSince: () => undefined,
  };
}

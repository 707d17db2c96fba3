import { survivingRejections } from "../../../adapters/stray-rejections";
import { REFERRED } from "../../../engine/sign-up/checks";
import type { PersonHashes } from "../../../engine/sign-up/person";
import type { Policy } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import type { AnyVerdict, Effect } from "../../../engine/sign-up/verdict";
import type { DecisionStore, ListedDecision } from "../../decisions/store/decisions";
import { selectLimitRules } from "../../limit/rule";
import { isReplayable, type Replayable, recallAccount } from "./recorded-person";
import { askOne } from "./replay";

export interface JudgedLimit {
  /** The limit's option `name`. */
  readonly limit: string;
  /** "20 per 1h" */
  readonly window: string;
  readonly leadsTo: "refused" | "sent to an approver" | "noted in the record";
  /** Number of people that the limit would have stopped. Each person counts once. */
  readonly people: number;
  /** Times of the first and the last stop, ISO 8601. */
  readonly first: string;
  readonly last: string;
  /** The addresses of the first of these people. */
  readonly named: readonly string[];
}

export interface JudgedLimits {
  /** Number of judged calls: of people who were let in, or whom only a limit stopped. */
  readonly judged: number;
  readonly limits: readonly JudgedLimit[];
  /** Number of calls for which a limit could not be replayed, by the limit's name. */
  readonly unknown: Readonly<Record<string, number>>;
}

const BATCH = 100;
const NAMED = 5;

interface Met {
  readonly people: Set<string>;
  readonly leadsTo: JudgedLimit["leadsTo"];
  readonly first: string;
  last: string;
}

export function isCountedByLimits({ step, verdict, rule }: Pick<ListedDecision, "step" | "verdict" | "rule">): boolean {
  return step === "before-create-user" && (verdict === "continue" || rule === "limit");
}

/**
 * Judges decisions in order of time, with counters in memory that start empty. @param newestFirst decisions for which `isCountedByLimits`
 * is true
 */
export async function judgeLimits(
  policy: Policy,
  newestFirst: readonly ListedDecision[],
  { whole, hashes }: { readonly whole: DecisionStore["whole"]; readonly hashes: PersonHashes },
): Promise<JudgedLimits> {
  const rules = selectLimitRules(policy);
  const rowsById = new Map<string, Row>();
  const metLimits = new Map<string, Met>();
  const unknown: Record<string, number> = {};
  const oldestFirst = newestFirst.toReversed();
  let judgedCount = 0;

  async function judge(record: Replayable): Promise<void> {
    judgedCount += 1;
    const verdicts: AnyVerdict[] = [];
    for (const rule of rules) {
      // A limit needs the findings, because it skips people that the access list allows.
      const verdict = await survivingRejections(undefined, () =>
        askOne(
          rule,
          record,
          { policy, found: rowsById, hashes, now: new Date(record.at) },
          Object.assign({}, ...record.trace.map(({ shadow, findings }) => (shadow === true ? {} : findings))),
        ),
      );
      if (verdict === undefined) unknown[rule.counts ?? ""] = (unknown[rule.counts ?? ""] ?? 0) + 1;
      else verdicts.push(verdict);
      if (verdict?.evidence?.limit !== undefined) note(record, verdict);
    }
    const isLetIn = verdicts.every((verdict) => verdict.kind === "continue" && verdict.findings?.[REFERRED] !== true);
    if (isLetIn) for (const effect of verdicts.flatMap((verdict) => verdict.effects ?? [])) count(effect, rowsById);
  }

  function note({ email, at }: Replayable, { kind, evidence, ...verdict }: AnyVerdict): void {
    const isReferred = "findings" in verdict && verdict.findings?.[REFERRED] === true;
    const leadsTo = kind === "block" ? "refused" : isReferred ? "sent to an approver" : "noted in the record";
    const key = JSON.stringify([evidence?.limit, evidence?.window]);
    const metLimit = metLimits.get(key) ?? { people: new Set(), leadsTo, first: at, last: at };
    metLimit.people.add(email);
    metLimit.last = at;
    metLimits.set(key, metLimit);
  }

  for (let start = 0; start < oldestFirst.length; start += BATCH) {
    for (const record of (await whole(oldestFirst.slice(start, start + BATCH))).filter(isReplayable))
      await judge(withAccounts(record, hashes));
  }
  const limits = [...metLimits].map(([key, { people, ...times }]): JudgedLimit => {
    const [limit = "", window = ""] = JSON.parse(key) as string[];
    return { limit, window, ...times, people: people.size, named: [...people].slice(0, NAMED) };
  });
  return { judged: judgedCount, limits, unknown };
}

/** If the record lacks an account's id, uses the account's keyed hash as the id. The hash distinguishes accounts equally well. */
function withAccounts(record: Replayable, hashes: PersonHashes): Replayable {
  const replayable = recallAccount(record, hashes);
  const { accountId, issuers = [] } = record;
  if (accountId === undefined || replayable.identities !== undefined) return replayable;
  return { ...replayable, identities: issuers.map((issuer) => ({ issuer, issuerAssignedId: accountId })) };
}

function count(effect: Effect, rows: Map<string, Row>): void {
  if (!("slots" in effect)) return;
  const id = recordId(effect);
  const before: unknown = rows.get(id)?.[effect.slots];
  rows.set(id, { ...effect.key, [effect.slots]: [...(Array.isArray(before) ? (before as string[]) : []), effect.holder] });
}

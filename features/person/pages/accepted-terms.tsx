import type { Visit } from "../../../console/app/visit";
import { RowTime } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { ruleOf } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { recordId } from "../../../engine/sign-up/records";
import { hasAccepted, isOwnersProof, proofsIn, proofsKeysOf } from "../../terms/proof";
import { acceptedUnder } from "../../terms/store";
import { type Terms, termsIn } from "../../terms/terms-in";
import { type PersonAsked, personIds } from "./known-person";

function termsAt({ world }: Visit, gate: string): readonly Terms[] {
  return world.policiesAt(gate).flatMap(({ rules }) => termsIn(rules.map(ruleOf)));
}

export function hasTerms(visit: Visit): boolean {
  return visit.world.gates.some((gate) => termsAt(visit, gate).length > 0);
}

/**
 * Of some records the people who were let in and have not accepted the terms of today at their gate. Read by key, all at once.
 */
export async function withTermsDue(
  visit: Visit,
  records: readonly Pick<DecisionRecord, "accountId" | "email" | "gate" | "verdict">[],
): Promise<ReadonlySet<object>> {
  const hashes = await visit.world.hashes();
  const asked = records.flatMap((record) => {
    const { email, verdict, gate = DEFAULT_GATE } = record;
    const terms = email === undefined || verdict !== "continue" ? [] : termsAt(visit, gate);
    return terms.length === 0 ? [] : [{ record, terms, keys: personIds(email as string, hashes).flatMap(proofsKeysOf) }];
  });
  if (asked.length === 0) return new Set();
  const found = await visit.world.rows.read(asked.flatMap(({ keys }) => keys));
  const due = asked.filter(({ record, terms, keys }) => {
    const proofs = keys.flatMap((key) => proofsIn(found.get(recordId(key))));
    return terms.some((each) => !hasAccepted(proofs, each, record.accountId));
  });
  return new Set(due.map(({ record }) => record));
}

/** What somebody accepted, the newest first, each with the decision in which they did; null where it is nothing. */
export async function acceptedTerms(visit: Visit, asked: PersonAsked) {
  const ids = asked.email === undefined ? asked.hashes : personIds(asked.email, await visit.world.hashes());
  const proofs = await acceptedUnder(ids, visit.world.ledger);
  if (proofs.length === 0) return null;
  return (
    <section>
      <h2>{termsPageTexts.title}</h2>
      <ul>
        {proofs.map((proof) => (
          <li>
            <a href={`/decisions/${encodeURIComponent(proof.reference)}`}>{visible(proof.version)}</a>{" "}
            <RowTime visit={visit} at={proof.at} />{" "}
            <small>
              {[visible(proof.attribute), visible(proof.language), ...(isOwnersProof(proof) ? [] : [termsPageTexts.unproven])].join(", ")}
              <br />
              SHA-256 <bdi class="value">{visible(proof.sha256)}</bdi>
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

export const termsPageTexts = pageTexts({
  title: ["Accepted terms", "동의한 약관"],
  due: ["Terms due", "약관 동의 필요"],
  unproven: ["address not proven", "확인되지 않은 주소"],
});

import { daysUntil } from "../../../engine/access/account";
import type { Visit } from "../../app/visit";
import { PostForm } from "../../parts/forms";
import { gateName, hasGates } from "../../parts/gates";
import { shortened } from "../../parts/value";
import { BULK_PATH, LifeButtons } from "./bulk";
import { dateOf, longDay, noEndOf, type Standing, standingOf } from "./life-standing";
import { lifeTexts } from "./life-texts";
import type { LifeVerb } from "./life-verbs";
import { type LifeRow, personOfRow, rowField, rowsNow } from "./lives";
import { personPath } from "./person-links";
import type { PersonProps } from "./person-parts";
import { stepTexts as t } from "./step-texts";

const accessVerbs: readonly LifeVerb[] = ["extend-access", "sponsor", "end-access"];
const verbsNow: Readonly<Partial<Record<Standing, readonly LifeVerb[]>>> = {
  invited: ["resend", "extend", "transfer", "revoke"],
  expired: ["resend", "extend"],
  revoked: ["resend"],
  in: accessVerbs,
  over: ["extend-access", "sponsor"],
  disabled: ["extend-access", "sponsor"],
  enabling: ["extend-access", "sponsor"],
};

/** Where somebody is now, in a sentence for each account or request that says so, with what can be done about it. */
export function LifeNow({ visit, asked: { email }, known }: PersonProps) {
  const rows = rowsNow(visit, known);
  if (rows.length === 0 || email === undefined) return null;
  return (
    <section>
      <h2>{t.now}</h2>
      {rows.map((row) => {
        const verbs = visit.may("Approver") ? (verbsNow[standingOf(row, visit.now).state] ?? []) : [];
        return (
          <>
            <p>
              <bdi class="value">{sentenceOf(visit, row)}</bdi>
            </p>
            {verbs.length === 0 ? null : (
              <PostForm visit={visit} action={BULK_PATH} hidden={{ person: rowField(row), back: personPath(email) }}>
                <p class="actions">
                  <LifeButtons verbs={verbs} />
                </p>
              </PostForm>
            )}
          </>
        );
      })}
    </section>
  );
}

/** "In until 3 March 2027; ends in 14 days; sponsor kim@contoso.com" */
function sentenceOf(visit: Visit, row: LifeRow): string {
  const { sponsor, sponsorLost, gate } = personOfRow(row);
  const { state } = standingOf(row, visit.now);
  const date = dateOf(row, visit.now);
  const isAccount = row.kind === "account";
  return [
    date === undefined ? t[noEndOf(row)] : t.sentences[state](longDay(visit, date)),
    ...(state === "in" && date !== undefined ? [t.endsIn(daysUntil(date, visit.now))] : []),
    ...(sponsor === undefined ? (isAccount && state !== "deleted" ? [t.noSponsor] : []) : [t.sponsor(shortened(sponsor, 80))]),
    ...(sponsorLost === undefined ? [] : [t.sponsorLost(lifeTexts.sponsorLost[sponsorLost])]),
    ...(hasGates(visit) ? [t.gate(gateName(gate))] : []),
  ].join("; ");
}

import { readCells } from "../../../engine/access-list/files/row";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import type { Visit } from "../../app/visit";
import { Alert } from "../../parts/forms";
import { shortened, visible } from "../../parts/value";
import { EntryLink } from "../access-list/access-list-parts";
import type { KnownPerson } from "./known-person";
import { listAnswer, visitorsOf } from "./list-today";
import { peopleTexts as t } from "./people-texts";

/** What would keep somebody out even if their address was allowed; for those who may allow it. */
export async function hindranceOf(visit: Visit, email: string, known: KnownPerson) {
  if (!visit.may("Administrator")) return null;
  const blocked = await blockedBy(visit, email, known);
  const [last] = known.recent;
  const isOther = last?.verdict !== "continue" && last?.rule !== undefined && last.rule !== "access-list";
  return (
    <>
      {blocked === undefined ? null : (
        <Alert kind="warn">
          {t.stillBlocked(visible(blocked.issuers.join(", ")), visible(blocked.entry), visit.say(decisionWords).levels[blocked.level])}{" "}
          <EntryLink entry={blocked.entry} />
        </Alert>
      )}
      {isOther ? <p class="hint">{t.otherRule(shortened(last.rule ?? "", 40))}</p> : null}
    </>
  );
}

/** The entry that would still keep somebody out whose address is allowed. */
async function blockedBy(visit: Visit, email: string, known: KnownPerson) {
  const read = readCells({ entry: email, effect: "allow" });
  if (!read.ok) return undefined;
  const outcomes = await Promise.all(visitorsOf(visit, email, known).map((visitor) => listAnswer(visit, visitor, read.row)));
  const blocks = outcomes.flatMap(({ issuers, checked }) =>
    checked.flatMap(({ verdict, shadow, matches }) =>
      verdict === "block" && !shadow && matches[0] !== undefined ? [{ issuers, ...matches[0] }] : [],
    ),
  );
  return blocks[0];
}

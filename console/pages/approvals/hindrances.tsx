import type { ApprovalRequest } from "../../../engine/approvals/request";
import { issuersOf } from "../../../engine/sign-up/sign-up";
import type { Visit } from "../../app/visit";
import { Alert } from "../../parts/forms";
import { visible } from "../../parts/value";
import { requestPath } from "./approvals-parts";
import { hindranceTexts } from "./hindrance-texts";
import { accountBehind, certainHindrances, type Hindrance, hindrancesOf, type KnownOf, kindsOfHindrance as kinds } from "./known";

interface HindrancesProps {
  readonly visit: Visit;
  readonly request: ApprovalRequest;
  readonly others: readonly ApprovalRequest[];
  /** Known domains that the address's own only looks like. */
  readonly likes: readonly string[];
}

/** On the page of one request, before anybody approves it: what will come of it, and what to do. */
export function Hindrances({ visit, request, others, likes }: HindrancesProps) {
  const t = visit.say(hindranceTexts);
  const made = accountBehind(others);
  return (
    <>
      {hindrancesOf(request, others, likes).map((kind) => (
        <Alert kind="warn">
          <strong>{t.short[kind]}.</strong> {t.one[kind](visible(kind === "look-alike" ? likes.join(", ") : issuersOf(request).join(", ")))}
          {kind === "not-proven" && request.onApproval === "continue" ? ` ${t.letIn}` : ""}
          {kind === "account-exists" && made !== undefined ? (
            <>
              {" "}
              <a href={requestPath(made.id)}>{visible(made.reference)}</a>
            </>
          ) : null}
        </Alert>
      ))}
    </>
  );
}

interface CountedProps {
  readonly visit: Visit;
  readonly requests: readonly ApprovalRequest[];
  readonly known: KnownOf;
}

/** Ahead of a decision on several: how many of them will not come in, and why, by kind. */
export function HindrancesCounted({ visit, requests, known }: CountedProps) {
  const t = visit.say(hindranceTexts);
  const having = (...any: readonly Hindrance[]) =>
    requests.filter(({ id }) => known.get(id)?.hindrances.some((kind) => any.includes(kind)) ?? false);
  const likesOf = ({ id }: ApprovalRequest) => known.get(id)?.likes ?? [];
  const present = kinds.filter((kind) => having(kind).length > 0);
  if (present.length === 0) return null;
  const refused = having(...certainHindrances).length;
  const lets = having("not-proven").some(({ onApproval }) => onApproval === "continue");
  return (
    <Alert kind="warn">
      <p>{refused > 0 ? t.cannot(refused, requests.length) : t.look}</p>
      <ul>
        {present.map((kind) => (
          <li>
            {t.several[kind](
              having(kind).length,
              visible([...new Set(having(kind).flatMap(kind === "look-alike" ? likesOf : issuersOf))].join(", ")),
            )}
            {kind === "not-proven" && lets ? ` ${t.letInSeveral}` : ""}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

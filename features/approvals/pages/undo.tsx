import type { Visit } from "../../../console/app/visit";
import { domainPath } from "../../../console/parts/domain-link";
import { Alert, HiddenFields, SubmitButton } from "../../../console/parts/forms";
import { visible } from "../../../console/parts/value";
import { isRequestId } from "../deciding";
import { type Verb, verbs } from "../decision-verbs";
import type { ApprovalRequest } from "../request";
import { DraftDone, Names, nameShown, requestField, resultWords, visitorsObjection } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { askedBy, domainOf, MAX_AT_ONCE, queryOf } from "./queue-asked";

interface UndoProps {
  readonly visit: Visit;
  /** Where it leads back to; undefined: to the page of the request. */
  readonly back: string | undefined;
}

/** Says once what was just done, and offers to take it back while that can be: codes and ids alone come from the address. */
export async function Undo({ visit, back }: UndoProps) {
  const verb = verbs.find((each) => each === visit.query("done"));
  const ids = visit.query("undo").split(".").filter(isRequestId).slice(0, MAX_AT_ONCE);
  if (verb === undefined || ids.length === 0) return null;
  const requests = await visit.world.readableApprovals(() => {}).getAll(ids);
  const [first] = requests;
  if (first === undefined) return null;
  const reversible = requests.filter((request) => isReversible(visit, verb, request));
  const isOne = requests.length === 1;
  // The worker may have been quicker than the page, and what failed speaks for itself.
  if (isOne && first.state === "failed" && verb !== "deny") return null;
  const [domain = "", ...others] = new Set(requests.map(domainOf));
  const isAllowedNext = verb === "approve" && !isOne && others.length === 0 && visit.may("Administrator");
  return (
    <>
      {[queryOf(askedBy(visit).asked), ...ids].map((id) => (
        <DraftDone visit={visit} of={id} />
      ))}
      <Alert kind="good">
        <form method="post" action="/approvals/decide" class="undo">
          <div>
            <strong>{t.did[verb](isOne ? nameShown(first) : t.several(requests.length))}</strong>{" "}
            {isOne ? resultWords(visit, verb, { ok: true, request: first }) : <Names requests={requests} />}
            {isAllowedNext ? (
              <div>
                {t.allowNext} <a href={`${domainPath(domain)}#act`}>{visible(domain)}</a>
              </div>
            ) : null}
          </div>
          {reversible.length === 0 ? null : (
            <>
              {visit.formToken}
              <HiddenFields fields={undoFields(reversible, back)} />
              <SubmitButton text={isOne ? t.undo : `${t.undo} ${reversible.length}`} class="quiet" data-act="undo" />
            </>
          )}
        </form>
      </Alert>
    </>
  );
}

/** Of the form that takes decisions back. @param back to the queue that it leads to; undefined: to the request */
export function undoFields(requests: readonly ApprovalRequest[], back: string | undefined) {
  return { verb: "reopen", sure: "yes", ...(back !== undefined && { back }), request: requests.map(requestField) } as const;
}

/** Only what the visitor decided, and nobody since. */
export function isReversible(visit: Visit, verb: Verb, request: ApprovalRequest): boolean {
  const { session, may } = visit;
  if (!may("Approver") || (verb !== "approve" && verb !== "deny")) return false;
  const { decision, state } = request;
  // Of a request that waits, the transition itself asks for the voter.
  const isOwn = state === "pending" || (decision?.by.kind === "console" && decision.by.name === session.name);
  return isOwn && visitorsObjection(visit, "reopen", request) === undefined;
}

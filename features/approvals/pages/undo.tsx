import type { Visit } from "../../../console/app/visit";
import { domainPath } from "../../../console/parts/domain-link";
import { Alert, HiddenFields, SubmitButton } from "../../../console/parts/forms";
import { visible } from "../../../console/parts/value";
import { grouped } from "../../../engine/grouped";
import { isRequestId } from "../deciding";
import { type Verb, verbs } from "../decision-verbs";
import type { ApprovalRequest } from "../request";
import { DraftDone, Names, nameShown, requestField, resultWords, visitorsObjection } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { askedBy, domainOf, MAX_AT_ONCE, queryOf } from "./queue-asked";

/** A decision of a moment ago. */
interface JustDecided {
  readonly verb: Verb;
  readonly requests: readonly [ApprovalRequest, ...ApprovalRequest[]];
}

interface DecidedProps extends JustDecided {
  readonly visit: Visit;
  /** The page after Undo; undefined: the request's. */
  readonly back: string | undefined;
}

/** Reads them by the codes and ids in the address. */
export async function justDecided(visit: Visit): Promise<JustDecided | undefined> {
  const verb = verbs.find((each) => each === visit.query("done"));
  const ids = visit.query("undo").split(".").filter(isRequestId).slice(0, MAX_AT_ONCE);
  if (verb === undefined || ids.length === 0) return undefined;
  const [first, ...others] = await visit.world.readableApprovals(() => {}).getAll(ids);
  return first && { verb, requests: [first, ...others] };
}

/** Says once what was done to one request, and offers to take it back while that can be. */
export function DecidedOne(props: DecidedProps) {
  const { visit, verb, requests } = props;
  const [request] = requests;
  // The worker may have been quicker than the page, and what failed speaks for itself.
  if (request.state === "failed" && verb !== "deny") return null;
  return (
    <Alert kind="good">
      <form method="post" action="/approvals/decide" class="undo">
        <div>
          <strong>{t.did[verb](nameShown(request))}</strong> {resultWords(visit, verb, { ok: true, request })}
        </div>
        <UndoButton {...props} />
      </form>
    </Alert>
  );
}

/** The same of several, in the place of a request's panel. */
export function DecidedSeveral(props: DecidedProps) {
  const { visit, verb, requests } = props;
  const said = (request: ApprovalRequest) =>
    request.state === "failed" && verb !== "deny" ? t.states.failed : resultWords(visit, verb, { ok: true, request });
  const [domain = "", ...others] = new Set(requests.map(domainOf));
  return (
    <>
      <header>
        <div role="status">
          <h2 class="entity">{t.did[verb](t.several(requests.length))}</h2>
        </div>
      </header>
      {[...grouped(requests, said)].map(([words, some]) => (
        <section>
          <h3>{words}</h3>
          <Names requests={some} />
        </section>
      ))}
      {verb === "approve" && others.length === 0 && visit.may("Administrator") ? (
        <section>
          {t.allowNext} <a href={`${domainPath(domain)}#act`}>{visible(domain)}</a>
        </section>
      ) : null}
      <footer>
        <form method="post" action="/approvals/decide">
          <UndoButton {...props} />
        </form>
      </footer>
    </>
  );
}

/** Deletes the drafts of these, too. */
function UndoButton({ visit, verb, requests, back }: DecidedProps) {
  const reversible = requests.filter((request) => isReversible(visit, verb, request));
  return (
    <>
      {[queryOf(askedBy(visit).asked), ...requests.map(({ id }) => id)].map((id) => (
        <DraftDone visit={visit} of={id} />
      ))}
      {reversible.length === 0 ? null : (
        <>
          {visit.formToken}
          <HiddenFields fields={undoFields(reversible, back)} />
          <SubmitButton text={requests.length === 1 ? t.undo : `${t.undo} ${reversible.length}`} class="quiet" data-act="undo" />
        </>
      )}
    </>
  );
}

/** Fields of the Undo form. @param back the queue to return to; undefined: the request */
export function undoFields(requests: readonly ApprovalRequest[], back: string | undefined) {
  return { verb: "reopen", sure: "yes", ...(back !== undefined && { back }), request: requests.map(requestField) } as const;
}

/** True for the visitor's own last decision. An account that was created would stay: end its access instead. */
export function isReversible(visit: Visit, verb: Verb, request: ApprovalRequest): boolean {
  const { session, may } = visit;
  const { decision, state } = request;
  if (!may("Approver") || (verb !== "approve" && verb !== "deny") || state === "provisioned") return false;
  // For a pending request, the transition itself checks the voter.
  const isOwn = state === "pending" || (decision?.by.kind === "console" && decision.by.name === session.name);
  return isOwn && visitorsObjection(visit, "reopen", request) === undefined;
}

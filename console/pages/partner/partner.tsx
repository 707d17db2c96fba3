import { isRequestId } from "../../../engine/approvals/deciding";
import { isOwnRequest } from "../../../engine/approvals/own-request";
import { type ApprovalRequest, UnreadableRequestError } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import { approvalWords, providerText } from "../../../engine/messages/operator/approvals";
import { partsOf } from "../../../engine/sign-up/email";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { BackLink } from "../../parts/back-link";
import { Alert, ErrorSummary } from "../../parts/forms";
import { Facts, Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { visible } from "../../parts/value";
import { deciderOf, Remarks, resultWords, Who } from "../approvals/approvals-parts";
import { approvalsTexts } from "../approvals/approvals-texts";
import { decideOne } from "../approvals/decide";
import { formData, gateOf, NoteFields, noteProblem, noteSent } from "../approvals/notes";
import { Entered } from "../approvals/request-panel";
import { PARTNER_LIST_PATH, PARTNER_PATH } from "./partner-path";
import { partnerPageTexts } from "./partner-texts";

// Contacts of partners: the requests of their own domain that wait, and nothing else of the console.

/** Rows of the table. */
const SHOWN = 100;
const verbs = ["approve", "deny"] as const;

/** Whether a request is one that a partner may see and decide on. */
function isTheirs({ partnerDomain }: Visit, { email }: Pick<ApprovalRequest, "email">): boolean {
  return partnerDomain !== undefined && partsOf(email).domain === partnerDomain;
}

async function list(visit: Visit): Promise<Response> {
  const t = visit.say(partnerPageTexts);
  const a = visit.say(approvalsTexts);
  const store = visit.world.legibleApprovals(() => undefined);
  const ids: string[] = [];
  for await (const page of store.briefsByState("pending")) {
    ids.push(...page.filter((brief) => isTheirs(visit, brief) && stateAt(brief, visit.now) === "pending").map(({ id }) => id));
  }
  // The index lags a moment behind the rows.
  const shown = (await store.getAll(ids.slice(0, SHOWN))).filter((request) => isWaiting(visit, request));
  const did = visit.done(t.did);
  const domain = visible(visit.partnerDomain ?? "");
  return await visit.page(
    t.title(domain),
    <>
      {did === undefined ? null : <Alert kind="good">{did}</Alert>}
      <p class="hint">{t.only(domain)}</p>
      <Table
        caption={t.waiting}
        columns={[a.who, a.signedInWith, t.since, a.remark]}
        rows={shown.map((request) => [
          <a href={pathOf(request)}>
            <Who request={request} />
          </a>,
          visible(providerText(visit.say(approvalWords), request)),
          <Moment at={request.requestedAt} />,
          <Remarks visit={visit} request={request} />,
        ])}
        empty={t.none}
      />
      {ids.length > SHOWN ? <p class="hint">{t.more(ids.length - SHOWN)}</p> : null}
      <p>
        <a href={PARTNER_LIST_PATH}>{t.toList}</a>
      </p>
    </>,
  );
}

function pathOf({ id }: Pick<ApprovalRequest, "id">): string {
  return `${PARTNER_PATH}/requests/${encodeURIComponent(id)}`;
}

function isWaiting(visit: Visit, request: ApprovalRequest): boolean {
  return isTheirs(visit, request) && stateAt(request, visit.now) === "pending";
}

/** Undefined for a request of another domain too: whether there is one is nobody else's business. */
async function theirRequest(visit: Visit, id: string): Promise<ApprovalRequest | undefined> {
  if (!isRequestId(id)) return undefined;
  try {
    const request = await visit.world.approvals.get(id);
    return request !== undefined && isWaiting(visit, request) ? request : undefined;
  } catch (error) {
    if (error instanceof UnreadableRequestError) return undefined;
    throw error;
  }
}

async function show(visit: Visit): Promise<Response> {
  const request = await theirRequest(visit, visit.context.req.param("id") ?? "");
  return request === undefined ? await showGone(visit) : await showRequest(visit, request);
}

function showGone(visit: Visit): Promise<Response> {
  const t = visit.say(partnerPageTexts);
  return visit.page(
    t.title(visible(visit.partnerDomain ?? "")),
    <>
      <p>{t.gone}</p>
      <BackLink path={PARTNER_PATH} text={t.back} />
    </>,
    { status: 404 },
  );
}

interface Sent {
  readonly note: string;
  readonly problem: string;
  readonly status: 400 | 409;
}

/** @param sent what kept a decision from being made */
function showRequest(visit: Visit, request: ApprovalRequest, sent?: Sent): Promise<Response> {
  const t = visit.say(partnerPageTexts);
  const a = visit.say(approvalsTexts);
  const { id, reference } = request;
  return visit.page(
    a.one(visible(reference)),
    <>
      {sent === undefined ? null : <ErrorSummary title={a.notDone} problems={[sent.problem]} idOf={(field) => field} />}
      <p>
        <Who request={request} /> <Remarks visit={visit} request={request} />
      </p>
      <Facts
        facts={[
          [a.signedInWith, visible(providerText(visit.say(approvalWords), request))],
          [t.since, <Moment at={request.requestedAt} />],
          [a.answerBy, <Moment at={request.answerBy} />],
        ]}
      />
      <h2>{a.entered}</h2>
      <Entered visit={visit} request={request} />
      {isOwnRequest(request, deciderOf(visit.session)) ? null : (
        <form method="post" action={`${PARTNER_PATH}/decide`} {...formData(visit, verbs, id)}>
          {visit.formToken}
          <input type="hidden" name="request" value={`${id}/${reference}`} />
          <NoteFields visit={visit} verbs={verbs} note={sent?.note} gate={gateOf(request)} />
          <p class="actions">
            {verbs.map((verb) => (
              <button type="submit" name="verb" value={verb} class={verb === "deny" ? "danger" : undefined}>
                {a.verbs[verb]}
              </button>
            ))}
          </p>
        </form>
      )}
      <BackLink path={PARTNER_PATH} text={t.back} />
    </>,
    { status: sent?.status ?? 200 },
  );
}

/** The request is read here to see whose it is, and again where it is decided on: with another code it is another request. */
async function decide(visit: Visit): Promise<Response> {
  const [id = "", reference = ""] = visit.field("request").split("/");
  const verb = verbs.find((each) => each === visit.field("verb"));
  const request = await theirRequest(visit, id);
  if (verb === undefined || request === undefined || request.reference !== reference) return await showGone(visit);
  const note = noteSent(visit);
  const problem = noteProblem(visit, { verb, note });
  if (problem !== undefined) return await showRequest(visit, request, { note, problem, status: 400 });
  const result = await decideOne(visit, { verb, note }, { id, reference, seen: {} });
  if (result.ok) return visit.goTo(`${PARTNER_PATH}?done=${verb}`);
  const now = await theirRequest(visit, id);
  if (now === undefined) return await showGone(visit);
  return await showRequest(visit, now, { note, problem: resultWords(visit, verb, result), status: 409 });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: PARTNER_PATH, access: "Partner", handler: list },
  { method: "GET", path: `${PARTNER_PATH}/requests/:id`, access: "Partner", handler: show },
  { method: "POST", path: `${PARTNER_PATH}/decide`, access: "Partner", hidden: ["request"], handler: decide },
];

import { decideRequest, isRequestId, objection, type Seen } from "../../../engine/approvals/deciding";
import type { ApprovalRequest, ApprovalState } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import { type Verb, verbs } from "../../../engine/approvals/verbs";
import { GUID } from "../../../engine/guid";
import { approvalWords, providerText } from "../../../engine/messages/operator/approvals";
import type { Visit } from "../../app/visit";
import { Alert, ErrorSummary, HiddenFields } from "../../parts/forms";
import { Table } from "../../parts/table";
import { visible } from "../../parts/value";
import { type DecisionResult, deciderOf, Remarks, requestField, requestPath, resultWords, Who } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { HindrancesCounted } from "./hindrances";
import { KeysButton } from "./keys-help";
import { type KnownOf, knownOf } from "./known";
import { DraftDone, formData, gateOf, NoteFields, noteProblem, noteSent } from "./notes";
import { type QueueAsked, queryOf, queuePath, readAsked } from "./queue-asked";

/** Requests decided on by one form. */
export const MAX_AT_ONCE = 100;

/** What a form says of a request that it shows. */
interface Named {
  readonly id: string;
  readonly reference: string;
  readonly seen: Seen;
}

export interface Wish {
  readonly verb: Verb;
  readonly named: readonly Named[];
  readonly note: string;
  /** What the queue that the form stood on shows; undefined: it stood on the page of one request. */
  readonly from: QueueAsked | undefined;
}

export type Result = Pick<Named, "id" | "reference"> & DecisionResult;

/** Approves, denies, reopens or tries again, one request or several. Of several it is asked first. */
export async function postDecision(visit: Visit): Promise<Response> {
  const t = visit.say(approvalsTexts);
  const wish = wishOf(visit);
  if ("problem" in wish) return await visit.page(t.notDone, <Refusal visit={visit} text={wish.problem} />, { status: 400 });
  const problem = noteProblem(visit, wish);
  if (problem !== undefined) return await askAgain(visit, wish, problem);
  if (wish.named.length > 1 && visit.field("sure") !== "yes") return await askAgain(visit, wish);
  const results = await decideAll(visit, wish);
  const [first] = results;
  if (results.every(({ ok }) => ok)) {
    const done = { done: wish.verb, undo: results.map(({ id }) => id).join(".") };
    const next = visit.field("next");
    if (wish.from !== undefined) return visit.goTo(queuePath(wish.from, { ...(isRequestId(next) && { open: next }), ...done }));
    if (first !== undefined) return visit.goTo(`${requestPath(first.id)}?${new URLSearchParams(done)}`);
  }
  return await visit.page(
    titleOfResults(visit, results),
    <>
      <DraftDone visit={visit} of={draftOf(wish)} />
      <Results visit={visit} wish={wish} results={results} />
    </>,
    {
      status: 409,
    },
  );
}

/** One after the other: what came of each, in their order. */
export async function decideAll(visit: Visit, wish: Wish): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const named of wish.named) results.push(await decideOne(visit, wish, named));
  return results;
}

export function wishOf(visit: Visit): Wish | { readonly problem: string } {
  const t = visit.say(approvalsTexts);
  const verb = verbs.find((each) => each === visit.field("verb"));
  const named = [...new Set(visit.fields("request"))].map((text) => {
    const [id = "", reference = "", decidedAt = ""] = text.split("/");
    return { id, reference, seen: decidedAt === "" ? {} : { decision: { at: decidedAt } } };
  });
  if (verb === undefined || named.some(({ id, reference }) => !isRequestId(id) || reference === "")) return { problem: t.badForm };
  if (named.length === 0) return { problem: t.nothingChosen };
  if (named.length > MAX_AT_ONCE) return { problem: t.tooMany(MAX_AT_ONCE) };
  return { verb, named, note: noteSent(visit), from: queueLeft(visit) };
}

/** What the address of the queue asked for, checked again: a form may hold anything. */
export function queueLeft(visit: Visit): QueueAsked | undefined {
  const back = visit.field("back");
  if (!back.startsWith("/approvals")) return undefined;
  const said = new URLSearchParams(back.split("?")[1]);
  return readAsked(visit, (name) => said.get(name) ?? "").asked;
}

/** What the browser keeps of a form is the queue's, or the request's. */
function draftOf({ from, named: [first] }: Pick<Wish, "from" | "named">): string {
  return from === undefined ? (first?.id ?? "") : queryOf(from);
}

/** One decision and its entry in the trail. A decision that the request's state refuses leaves none. */
async function decideOne({ world, session, now }: Visit, { verb, note }: Wish, { seen, ...named }: Named): Promise<Result> {
  const { subject: account, name } = session;
  const say = { by: { kind: "console" as const, name }, ...(note !== "" && { note }), ...(GUID.test(account) && { account }) };
  const decider = deciderOf(session);
  const request = await world.approvals.get(named.id);
  if (request === undefined) return { ...named, ok: false, why: "unknown" };
  if (request.reference !== named.reference) return { ...named, ok: false, why: "asked-anew" };
  const refusal = objection(verb, request, { seen, decider, ...say }, now);
  if (refusal !== undefined) return { ...named, ...refusal };

  const entry = {
    by: session.subject,
    name: session.name,
    action: `approvals.${verb}`,
    subject: request.reference,
    before: { state: stateAt(request, now), email: request.email },
    after: { state: stateAfter(verb, request), email: request.email, ...(note !== "" && { note }) },
  };
  let decided: Awaited<ReturnType<typeof decideRequest>> | undefined;
  await world.audit.audited(entry, now, async () => {
    decided = await decideRequest(world.approvals, verb, { ...named, seen, decider, ...say }, now);
    return decided.ok;
  });
  return { ...named, ...(decided ?? { ok: false, why: "unknown" }) };
}

function stateAfter(verb: Verb, { strippedAt }: ApprovalRequest): ApprovalState {
  if (verb === "deny") return "denied";
  if (verb === "reopen") return strippedAt === undefined ? "pending" : "expired";
  return "approved";
}

/** Shows what the decision would do to each person, before it does. @param noteProblem what is wrong with the note */
async function askAgain(visit: Visit, wish: Wish, noteProblem?: string): Promise<Response> {
  const t = visit.say(approvalsTexts);
  const { verb, named, note, from } = wish;
  const requests = await visit.world.legibleApprovals(() => {}).getAll(named.map(({ id }) => id));
  const known = await knownOf(visit, requests);
  const [first] = requests;
  return await visit.page(
    t.sure(t.verbs[verb], named.length),
    <>
      {noteProblem === undefined ? null : (
        <ErrorSummary title={t.notDone} problems={[{ field: "note", text: noteProblem }]} idOf={(field) => field} />
      )}
      <form method="post" action="/approvals/decide" {...formData(visit, [verb], draftOf(wish))}>
        {visit.formToken}
        <input type="hidden" name="sure" value="yes" />
        {from === undefined ? null : <HiddenFields fields={{ back: queuePath(from), next: visit.field("next") }} />}
        {named.map(({ id, reference, seen }) => (
          <input type="hidden" name="request" value={requestField({ id, reference, ...seen })} />
        ))}
        {verb === "approve" ? <HindrancesCounted visit={visit} requests={requests} known={known} /> : null}
        <AskedAbout visit={visit} caption={t.verbHints[verb]} requests={requests} known={known} />
        <NoteFields
          visit={visit}
          verbs={[verb]}
          note={note}
          gate={requests.length === 1 && first !== undefined ? gateOf(first) : undefined}
          problem={noteProblem}
        />
        <p class="actions">
          <button type="submit" name="verb" value={verb} class={verb === "deny" ? "danger" : undefined}>
            {t.yes(t.verbs[verb], named.length)}
          </button>
          <a class="button quiet" href={from === undefined ? requestPath(named[0]?.id ?? "") : queuePath(from)}>
            {t.cancel}
          </a>
          <KeysButton visit={visit} />
        </p>
      </form>
    </>,
    { status: noteProblem === undefined ? 200 : 400 },
  );
}

/** The people that a decision concerns. */
export function AskedAbout({ visit, caption, requests, known }: AskedAboutProps) {
  const t = visit.say(approvalsTexts);
  return (
    <Table
      caption={caption}
      columns={[t.reference, t.who, t.signedInWith, t.remark].map((name) => ({ name }))}
      rows={requests.map((request) => [
        <a href={requestPath(request.id)}>{visible(request.reference)}</a>,
        <Who request={request} />,
        visible(providerText(visit.say(approvalWords), request)),
        <Remarks visit={visit} request={request} known={known.get(request.id)} />,
      ])}
      empty={t.noneFound}
    />
  );
}

interface AskedAboutProps {
  readonly visit: Visit;
  readonly caption: string;
  readonly requests: readonly ApprovalRequest[];
  readonly known: KnownOf;
}

function Refusal({ visit, text }: { readonly visit: Visit; readonly text: string }) {
  const from = queueLeft(visit);
  return (
    <>
      <ErrorSummary title={visit.say(approvalsTexts).notDone} problems={[text]} idOf={(field) => field} />
      <p>
        <a href={from === undefined ? "/approvals" : queuePath(from)}>{visit.say(approvalsTexts).back}</a>
      </p>
    </>
  );
}

/** Of one alone: who decided before. */
function titleOfResults(visit: Visit, [first, ...others]: readonly Result[]): string {
  const t = visit.say(approvalsTexts);
  if (others.length > 0) return t.notAll;
  const decision = first?.ok === false ? first.decision : undefined;
  return decision === undefined ? t.notDone : t.decidedAlready(t.states[decision.verdict], visible(decision.by.name));
}

interface ResultsProps {
  readonly visit: Visit;
  readonly verb: Verb;
  readonly results: readonly Result[];
}

function Results({ visit, wish: { verb, from }, results }: Omit<ResultsProps, "verb"> & { readonly wish: Wish }) {
  const t = visit.say(approvalsTexts);
  const [first] = results;
  const next = visit.field("next");
  const back = from === undefined ? "/approvals" : queuePath(from);
  return (
    <>
      {first !== undefined && results.length === 1 ? (
        <Alert kind="warn">
          <p>{resultWords(visit, verb, first)}</p>
          {first.ok || first.decision?.note === undefined ? null : <p>{visible(first.decision.note)}</p>}
        </Alert>
      ) : (
        <ResultTable visit={visit} verb={verb} results={results} />
      )}
      <p class="actions">
        {first !== undefined && results.length === 1 ? (
          <a class="button" href={requestPath(first.id)}>
            {t.one(visible(first.reference))}
          </a>
        ) : null}
        {from !== undefined && isRequestId(next) ? (
          <a class="button quiet" href={queuePath(from, { open: next })}>
            {t.next}
          </a>
        ) : null}
        <a class="button quiet" href={back}>
          {t.back}
        </a>
      </p>
    </>
  );
}

/** What came of each. */
export function ResultTable(props: ResultsProps) {
  const { visit, results } = props;
  const t = visit.say(approvalsTexts);
  return (
    <Table
      caption={t.results}
      columns={[t.reference, t.result].map((name) => ({ name }))}
      rows={results.map((result) => [
        <a href={requestPath(result.id)}>{visible(result.reference)}</a>,
        <>
          {result.ok ? null : <span class="tag bad">{t.notDone}</span>} {resultWords(visit, props.verb, result)}
        </>,
      ])}
      empty={t.noneFound}
    />
  );
}

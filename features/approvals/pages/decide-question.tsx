import type { Visit } from "../../../console/app/visit";
import { CancelLink, ConfirmQuestion } from "../../../console/parts/back-link";
import { Alert, ErrorSummary, isSure, PostForm, SURE, SubmitButton, tooLong } from "../../../console/parts/forms";
import { PageHead } from "../../../console/parts/page-head";
import { shortened } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { grouped } from "../../../engine/grouped";
import { isRequestId } from "../deciding";
import type { Verb } from "../decision-verbs";
import type { ApprovalRequest } from "../request";
import {
  formData,
  type NamedRequest,
  Names,
  NoteField,
  nameShown,
  readRequestField,
  requestField,
  resultWords,
  visitorsObjection,
} from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { Blockers, Remarks } from "./blockers";
import { type KnownOf, noAccountWhy } from "./known";
import { MAX_AT_ONCE } from "./queue-asked";
import { Follows } from "./request-panel";

// Before several requests are decided at once, a question names the people, what happens to each, and who is left out.

/** A sent decision. */
export interface SentDecision {
  readonly verb: Verb;
  readonly note: string;
  readonly named: readonly NamedRequest[];
  /** Left out, as no account can be created for them. */
  readonly without: readonly NamedRequest[];
}

/** The page that the form stood on. */
export interface FormPlace {
  readonly action: string;
  readonly back: string;
  /** The list of requests. */
  readonly list: string;
  /** The browser keeps the form's draft under that name. */
  readonly draft: string;
  readonly hidden: Readonly<Record<string, string>>;
  /** Those alone that the visitor may see. */
  readonly read: (ids: readonly string[]) => Promise<readonly ApprovalRequest[]>;
  readonly known: (requests: readonly ApprovalRequest[]) => Promise<KnownOf>;
}

export function readDecision<V extends Verb>(
  visit: Visit,
  verbs: readonly V[],
): (SentDecision & { readonly verb: V }) | { readonly problem: string } {
  const verb = verbs.find((each) => each === visit.field("verb"));
  const named = [...new Set(visit.fields("request"))].map(readRequestField);
  const without = [...new Set(visit.fields("without"))].map(readRequestField);
  const isWrong = ({ id, reference }: NamedRequest) => !isRequestId(id) || reference === "";
  if (verb === undefined || [...named, ...without].some(isWrong)) return { problem: t.badForm };
  if (named.length === 0) return { problem: t.nothingChosen };
  if (named.length + without.length > MAX_AT_ONCE) return { problem: t.tooMany(MAX_AT_ONCE) };
  return { verb, named, without, note: visit.field("note").replaceAll("\r\n", "\n").trim() };
}

/** The question; undefined if it is answered, or if a single request needs none: nothing warns of its approval. */
export async function askBeforeDeciding(visit: Visit, decision: SentDecision, place: FormPlace): Promise<Response | undefined> {
  const problem = tooLong(visit, decision.note);
  if (problem !== undefined) return await ask(visit, decision, place, problem);
  const [leave, include] = [visit.field("leave"), visit.field("include")];
  if (leave !== "") {
    const named = decision.named.filter(({ id }) => !leave.split(".").includes(id));
    return named.length + decision.without.length === 0 ? visit.goTo(place.back) : await ask(visit, { ...decision, named }, place);
  }
  if (include !== "") return await ask(visit, { ...decision, named: [...decision.named, ...decision.without], without: [] }, place);
  if (isSure(visit) || (decision.named.length === 1 && decision.verb !== "approve")) return undefined;
  const read = await readNamed(visit, decision, place);
  const isWarned = read.possible.some(({ id }) => read.known.get(id)?.blockers.length !== 0);
  return decision.named.length > 1 || isWarned ? await ask(visit, decision, place, undefined, read) : undefined;
}

/** The named requests, and those of them that the visitor can decide on. */
async function readNamed(visit: Visit, { verb, named, without }: SentDecision, place: FormPlace) {
  const all = await place.read([...named, ...without].map(({ id }) => id));
  const possible = all.filter((request) => visitorsObjection(visit, verb, request) === undefined);
  return { all, possible, known: await place.known(possible) };
}

type NamedRead = Awaited<ReturnType<typeof readNamed>>;

/** Shows what the decision would do to each person, before it does. @param problem what is wrong with the note */
async function ask(visit: Visit, decision: SentDecision, place: FormPlace, problem?: string, read?: NamedRead): Promise<Response> {
  const { verb, note } = decision;
  const named = [...decision.named, ...decision.without];
  const { all, possible, known } = read ?? (await readNamed(visit, decision, place));
  const without = leftWithout(visit, decision, possible);
  const requests = possible.filter((request) => !without.includes(request));
  const fieldsOf = (some: readonly ApprovalRequest[]) =>
    named.flatMap(({ seen, ...each }) => (some.some(({ id }) => id === each.id) ? [requestField({ ...each, ...seen })] : []));
  const sent = fieldsOf(requests);
  const failing = failingOf(verb, requests).length;
  const title = t.sure(t.verbs[verb], sent.length);
  // The warning names the others.
  const isNamed = ({ id }: ApprovalRequest) => verb === "approve" && requests.length > 1 && (known.get(id)?.blockers.length ?? 0) > 0;
  return await visit.page(
    title,
    <ConfirmQuestion title={title}>
      {problem === undefined ? null : <ErrorSummary title={frameTexts.notDone} problems={[{ field: "note", text: problem }]} />}
      <PostForm
        visit={visit}
        class="card"
        action={place.action}
        {...formData(visit, place.draft)}
        hidden={{ ...place.hidden, ...SURE, verb, request: sent, without: fieldsOf(without) }}
      >
        <LeftOut visit={visit} verb={verb} requests={all.filter((request) => !possible.includes(request))} />
        <Without requests={without} />
        {verb === "approve" ? <Blockers visit={visit} requests={requests} known={known} /> : null}
        <Askers visit={visit} requests={requests.filter((request) => !isNamed(request))} known={known} />
        {verb === "approve" ? <Follows visit={visit} requests={requests} /> : <p class="hint">{t.verbHints[verb]}</p>}
        <NoteField note={note} problem={problem} />
        <fieldset class="bar">
          <p class="actions">
            {sent.length === 0 ? null : (
              <SubmitButton
                text={failing === 0 ? t.yes(t.verbs[verb], sent.length) : t.yesWithout(sent.length, failing)}
                name="verb"
                value={verb}
                class={verb === "deny" ? "danger" : failing === sent.length ? "quiet" : undefined}
              />
            )}
            <CancelLink path={place.back} />
          </p>
        </fieldset>
      </PostForm>
    </ConfirmQuestion>,
    {
      status: problem === undefined ? 200 : 400,
      head: <PageHead of={{ path: place.list, text: frameTexts.toRequests }} title={title} />,
    },
  );
}

interface AskersProps {
  readonly visit: Visit;
  readonly requests: readonly ApprovalRequest[];
  readonly known: KnownOf;
}

function Askers({ visit, requests, known }: AskersProps) {
  return (
    <ul class="askers">
      {requests.map((request) => (
        <li>
          {nameShown(request)}{" "}
          <small>
            <bdi>{shortened(request.email, 80)}</bdi>
          </small>{" "}
          <Remarks visit={visit} request={request} known={{ changes: known.get(request.id)?.changes ?? [], blockers: [] }} />
        </li>
      ))}
    </ul>
  );
}

/** The requests whose approval creates no account. */
function failingOf(verb: Verb, requests: readonly ApprovalRequest[]): readonly ApprovalRequest[] {
  return verb === "approve" ? requests.filter((request) => noAccountWhy(request) !== undefined) : [];
}

/** The requests to leave out at first: an approval creates no account for them. None if it creates none at all. */
function leftWithout(visit: Visit, { verb, without }: SentDecision, requests: readonly ApprovalRequest[]) {
  if (isSure(visit)) return requests.filter(({ id }) => without.some((each) => each.id === id));
  const failing = failingOf(verb, requests);
  return failing.length === requests.length ? [] : failing;
}

function Without({ requests }: { readonly requests: readonly ApprovalRequest[] }) {
  if (requests.length === 0) return null;
  return (
    <Alert kind="warn">
      <p>
        <strong>{t.without(requests.length)}</strong> <Names requests={requests} />
      </p>
      <SubmitButton text={t.include(requests.length)} name="include" value="yes" class="quiet" />
    </Alert>
  );
}

/** The requests that the visitor cannot decide, and why, before the decision is made. */
function LeftOut({ visit, verb, requests }: { readonly visit: Visit; readonly verb: Verb; readonly requests: readonly ApprovalRequest[] }) {
  if (requests.length === 0) return null;
  const why = (request: ApprovalRequest) => {
    const objection = visitorsObjection(visit, verb, request);
    return objection && resultWords(visit, verb, objection);
  };
  return (
    <Alert kind="warn">
      <p>{t.leftOut(requests.length)}</p>
      {[...grouped(requests, (request) => why(request) ?? "")].map(([words, some]) => (
        <p>
          <Names requests={some} />: {words}
        </p>
      ))}
    </Alert>
  );
}

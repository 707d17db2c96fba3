import type { Visit } from "../../../console/app/visit";
import { Alert, isSure, SURE, tooLong } from "../../../console/parts/forms";
import { askQuestion } from "../../../console/parts/question";
import { shortenText } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import type { Actor } from "../../../engine/audited-change";
import { groupBy } from "../../../engine/collections";
import { decisionActs } from "../acts";
import type { DecisionAction } from "../change";
import { isRequestId } from "../deciding";
import type { ApprovalRequest } from "../request";
import {
  buildActor,
  formData,
  type NamedRequest,
  Names,
  NoteField,
  nameShown,
  readRequestField,
  requestField,
  resultWords,
  verbText,
} from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { Blockers, LeaveButton, listAsked, Remarks } from "./known";
import { MAX_AT_ONCE } from "./queue-asked";
import { AskedTag } from "./queue-table";
import { Follows } from "./request-panel";

// A decision on several requests needs a confirmation.

export interface SentDecision {
  readonly verb: DecisionAction;
  readonly note: string;
  /** For the colleague who asked for a guest. Only the form of a single request has it. */
  readonly reply: string;
  readonly named: readonly NamedRequest[];
}

export interface DecidePlace {
  readonly verbs: readonly DecisionAction[];
  readonly action: string;
  readonly back: string;
  readonly list: string;
  readonly draft: string;
  readonly hidden: Readonly<Record<string, string>>;
  /** The request that the queue shows after this decision. */
  readonly next?: { readonly open: string };
  /** Set for people who see only what asks them: there they cannot take an approval back, and learn nothing about other people's requests. */
  readonly scope?: Actor["scope"];
}

function readText(visit: Visit, field: string): string {
  return visit.field(field).replaceAll("\r\n", "\n").trim();
}

export function readDecision(visit: Visit, { verbs }: DecidePlace): SentDecision | { readonly problem: string } {
  const verb = verbs.find((each) => each === visit.field("verb"));
  const namedRequests = [...new Set(visit.fields("request"))].map(readRequestField);
  if (verb === undefined || namedRequests.some(({ id, reference }) => !isRequestId(id) || reference === "")) return { problem: t.badForm };
  if (namedRequests.length === 0) return { problem: t.nothingChosen };
  if (namedRequests.length > MAX_AT_ONCE) return { problem: t.tooMany(MAX_AT_ONCE) };
  return { verb, named: namedRequests, note: readText(visit, "note"), reply: readText(visit, "reply") };
}

/**
 * Returns the page with a question. Undefined if the visitor has answered the question, or if none is needed. For one request, a denial
 * needs no question. Another decision needs one if there are warnings, or if the page has no Undo of an approval.
 * @param isAgain true if something speaks against the decision that the answered question did not tell
 */
export async function askBeforeDeciding(
  visit: Visit,
  decision: SentDecision,
  place: DecidePlace,
  isAgain = false,
): Promise<Response | undefined> {
  const problem = tooLong(visit, decision.note) ?? tooLong(visit, decision.reply);
  if (problem !== undefined) return await ask(visit, decision, place, await readNamed(visit, decision, place), problem);
  const leave = visit.field("leave");
  if (leave !== "") {
    const remainingDecision = { ...decision, named: decision.named.filter(({ id }) => !leave.split(".").includes(id)) };
    return remainingDecision.named.length === 0
      ? visit.goTo(place.back)
      : await ask(visit, remainingDecision, place, await readNamed(visit, remainingDecision, place));
  }
  const [, ...others] = decision.named;
  if (!isAgain && (isSure(visit) || (others.length === 0 && decision.verb === "deny"))) return undefined;
  const read = await readNamed(visit, decision, place);
  const hasNoUndo = decision.verb === "approve" && place.scope !== undefined;
  const isWarned = ({ id }: ApprovalRequest) => hasNoUndo || listAsked(read.known.get(id)).length > 0;
  return others.length > 0 || read.possible.some(isWarned) ? await ask(visit, decision, place, read) : undefined;
}

/** The field with the codes that a question told about a request: `ID/look-alike.not-proven`. */
export const TOLD = "told";

/** Returns the codes that the answered question told about a request. "all" if the form was no question. */
export function readTold(visit: Visit, id: string): readonly string[] | "all" {
  const told = visit.fields(TOLD);
  if (told.length === 0) return "all";
  const codes = told.find((each) => each.startsWith(`${id}/`))?.slice(id.length + 1) ?? "";
  return codes.split(".");
}

async function readNamed(visit: Visit, { verb, named }: SentDecision, { scope }: DecidePlace) {
  const reviewed = await visit.review(decisionActs[verb], named, {}, buildActor(visit, scope));
  const each = reviewed.flatMap((known) => {
    const { request } = known.state;
    const refusal = known.concerns.find(({ weight }) => weight === "refused");
    return request === undefined || refusal?.code === "unknown" ? [] : [{ request, refusal, known }];
  });
  const possible = each.filter(({ refusal }) => refusal === undefined).map(({ request }) => request);
  const refused = each.flatMap(({ request, refusal }) => (refusal === undefined ? [] : [{ request, refusal }]));
  return { possible, refused, known: new Map(each.map(({ request, known }) => [request.id, known])) };
}

type NamedRead = Awaited<ReturnType<typeof readNamed>>;

async function ask(
  visit: Visit,
  { verb, note, reply, named }: SentDecision,
  place: DecidePlace,
  { possible, refused, known }: NamedRead,
  problem?: string,
): Promise<Response> {
  const requestFields = named.flatMap(({ seen, ...each }) =>
    possible.some(({ id }) => id === each.id) ? [requestField({ ...each, ...seen })] : [],
  );
  const [first] = possible;
  // The page of a single request already shows the other facts, and has the note.
  const isOne = requestFields.length === 1;
  const hasNote = !isOne || problem !== undefined;
  const name = verbText(verb, isOne ? first : undefined);
  return await askQuestion(visit, {
    title: t.sure(name, isOne && first !== undefined ? shortenText(first.email, 80) : t.requests(requestFields.length)),
    problems: problem === undefined ? [] : [{ field: "note", text: problem }],
    action: place.action,
    form: formData(visit, place.draft),
    hidden: {
      ...place.hidden,
      ...SURE,
      verb,
      request: requestFields,
      [TOLD]: possible.map(({ id }) => `${id}/${(known.get(id)?.concerns ?? []).map(({ code }) => code).join(".")}`),
      ...(!hasNote && { note }),
      reply,
    },
    fields: (
      <>
        <LeftOut visit={visit} refused={refused} />
        <Blockers visit={visit} requests={possible} known={known} />
        {isOne ? null : <Asked visit={visit} requests={possible} known={known} />}
        {verb === "approve" && !isOne ? <Follows visit={visit} requests={possible} /> : null}
        {verb === "approve" && visit.may("Approver") ? null : <p class="hint">{verb === "approve" ? t.isFinal : t.verbHints[verb]}</p>}
        {hasNote ? <NoteField note={note} problem={problem} /> : null}
      </>
    ),
    isLong: true,
    button:
      requestFields.length === 0
        ? undefined
        : { text: t.yes(name, requestFields.length), name: "verb", value: verb, class: verb === "deny" ? "danger" : undefined },
    back: place.back,
    of: { path: place.list, text: frameTexts.toRequests },
  });
}

interface AskedProps extends Pick<NamedRead, "known"> {
  readonly visit: Visit;
  readonly requests: readonly ApprovalRequest[];
}

function Asked({ visit, requests, known }: AskedProps) {
  return (
    <ul class="askers">
      {requests.map((request) => (
        <li>
          {nameShown(request)}{" "}
          <small>
            <bdi>{shortenText(request.email, 80)}</bdi>
          </small>{" "}
          <Remarks request={request} known={known.get(request.id)} /> <AskedTag visit={visit} request={request} />{" "}
          {listAsked(known.get(request.id)).length === 0 ? null : <LeaveButton requests={[request]} text={t.leave} />}
        </li>
      ))}
    </ul>
  );
}

function LeftOut({ visit, refused }: Pick<AskedProps, "visit"> & Pick<NamedRead, "refused">) {
  if (refused.length === 0) return null;
  return (
    <Alert kind="warn">
      <p>{t.leftOut}</p>
      {[...groupBy(refused, ({ refusal }) => resultWords(visit, refusal))].map(([words, some]) => (
        <p>
          <Names requests={some.map(({ request }) => request)} />: {words}
        </p>
      ))}
    </Alert>
  );
}
